import Cryptography
import JOSE
import OAuth
import Testing
import Trust
import Upstreams

@testable import Doctor

@Suite("What the keys of an issuer mean")
struct IssuerFindingsTests {
    private static let key: PrivateKey = {
        guard let key = try? PrivateKey(generatingFor: .es256) else { preconditionFailure("no key") }
        return key
    }()

    private static func issuer(
        _ algorithms: [SignatureAlgorithm] = [.es256],
        keys: KeySourceSettings = .discovery
    ) -> IssuerSettings {
        IssuerSettings(
            name: "corp",
            issuer: "https://id.example.com",
            audiences: .any,
            algorithms: algorithms,
            keys: keys
        )
    }

    private static func set(of key: PrivateKey = key) throws -> JSONWebKeySet {
        JSONWebKeySet(keys: [try JSONWebKey(key: key.publicKey, keyID: "one")])
    }

    private static func judged(
        _ issuer: IssuerSettings,
        _ set: JSONWebKeySet,
        clock: ClockDifference? = nil
    ) -> [Finding] {
        IssuerFindings(issuer: issuer).fetched(KeyFetch.Outcome(set: set), within: 41, clock: clock)
    }

    @Test("that fit its algorithms is that all is well")
    func usable() throws {
        let findings = Self.judged(Self.issuer([.rs256, .es256]), try Self.set())
        #expect(findings == [.ok(.issuer("corp"), "https://id.example.com: discovery and 1 key (ES256), 41 ms")])
    }

    @Test("comes with what the clocks say")
    func clocks() throws {
        let same = ClockDifference(date: 1_000, asked: 1_000_000, answered: 1_000_000)
        let findings = Self.judged(Self.issuer(), try Self.set(), clock: same)
        #expect(findings.map(\.text) == ["https://id.example.com: discovery and 1 key (ES256), 41 ms, clocks agree"])
        let ahead = ClockDifference(date: 1_095, asked: 1_000_000, answered: 1_000_000)
        #expect(Self.judged(Self.issuer(), try Self.set(), clock: ahead).map(\.verdict) == [.ok, .failure])
    }

    @Test("that fit none of its algorithms is a failure that names those which they are for")
    func useless() throws {
        let finding = try #require(Self.judged(Self.issuer([.rs256]), try Self.set()).first)
        #expect(finding.verdict == .failure)
        #expect(
            finding.text
                == "https://id.example.com: no key fits `algorithms`, which is RS256; there are keys for ES256"
        )
        #expect(finding.remedy == "write those that it signs with in `issuers.corp.algorithms`")
    }

    @Test("that nobody can use, or that are not there, are a failure that says why")
    func none() throws {
        #expect(
            Self.judged(Self.issuer(), JSONWebKeySet(keys: [])).map(\.text) == [
                "https://id.example.com: there is no key that can be used"
            ]
        )
        let strange = try JSONWebKeySet(["keys": [["kty": "oct", "k": "AAAA"]]])
        let text = try #require(Self.judged(Self.issuer(), strange).first).text
        #expect(
            text.hasPrefix("https://id.example.com: there is no key that can be used; 1 cannot, the first because: ")
        )
    }

    @Test("are shown without what their address asks with")
    func address() throws {
        let issuer = Self.issuer(keys: .url("https://id.example.com/keys?token=made-up"))
        let findings = Self.judged(issuer, try Self.set())
        #expect(findings.map(\.text) == ["https://id.example.com/keys: 1 key (ES256), 41 ms"])
    }

    @Test("of the policy need no network")
    func held() throws {
        let text = try Self.set().json.jsonText
        #expect(
            IssuerFindings(issuer: Self.issuer(keys: .keySet(text))).held().map(\.text) == [
                "https://id.example.com: 1 key (ES256) of the policy"
            ]
        )
        let secret = Self.issuer([.hs256], keys: .secret(Array(repeating: 7, count: 32)))
        #expect(
            IssuerFindings(issuer: secret).held().map(\.text) == [
                "https://id.example.com: a secret of the policy (HS256)"
            ]
        )
        let embedded = IssuerFindings(issuer: Self.issuer(keys: .embedded)).held()
        #expect(embedded.map(\.verdict) == [.ok])
    }

    @Test(
        "cannot be had, with what to do about it",
        arguments: [
            (.call(url: "https://id.example.com/x", .tls("…", .unknownAuthority)), "`issuers.corp.tls.ca`"),
            (.call(url: "https://id.example.com/x", .tls("…", .expired)), "renew the certificate"),
            (.call(url: "https://id.example.com/x", .tls("…", .notYetValid)), "set the clock of this machine"),
            (.call(url: "https://id.example.com/x", .tls("…", .otherName)), "the name that is in its certificate"),
            (.call(url: "https://id.example.com/x", .tls("…")), "a port for https"),
            (.call(url: "https://id.example.com/x", .nameUnknown("id.example.com")), "spelt right"),
            (.call(url: "https://id.example.com/x", .connection("connect: refused")), "whether it runs there"),
            (.call(url: "https://id.example.com/x", .status(302)), "redirects to"),
            (.call(url: "https://id.example.com/x", .status(404)), "exactly as it calls itself"),
            (.issuerMismatch(url: "https://id.example.com/x", found: "https://id.test/"), "`issuer: https://id.test/`"),
            (.keyLocation("no jwks_uri"), "where its keys are"),
        ] as [(KeyFetchFailure, String)]
    )
    func failures(_ failure: KeyFetchFailure, _ remedy: String) throws {
        let finding = try #require(IssuerFindings(issuer: Self.issuer()).failed(failure).first)
        #expect(finding.verdict == .failure && finding.text == failure.description)
        #expect(finding.remedy?.contains(remedy) == true, "\(finding.remedy ?? "no remedy")")
    }

    @Test("do not reach the terminal with what would move its cursor")
    func terminal() {
        let failure = KeyFetchFailure.issuerMismatch(
            url: "https://id.example.com/x",
            found: "\u{1B}[2Jall is well\u{202E}"
        )
        let finding = IssuerFindings(issuer: Self.issuer()).failed(failure)[0]
        let shown = finding.text + (finding.remedy ?? "")
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(shown.contains("\u{FFFD}[2Jall is well"))
    }
}
