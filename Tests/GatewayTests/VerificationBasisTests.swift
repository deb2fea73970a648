import OAuth
import Testing

@testable import Gateway

@Suite("What verified tokens rest on")
struct VerificationBasisTests {
    private static let settings: GatewaySettings = {
        var settings = GatewaySettings()
        settings.issuers = ["corp", "partner"].map { name in
            IssuerSettings(
                name: name,
                issuer: "https://\(name).test",
                audiences: .oneOf(["api"]),
                algorithms: [.es256],
                keys: .discovery
            )
        }
        return settings
    }()

    private static func basis(
        scopes: [String] = ["read", "write"],
        _ change: (inout GatewaySettings) -> Void = { _ in }
    ) -> VerificationBasis {
        var settings = Self.settings
        change(&settings)
        return VerificationBasis(settings, scopes: ScopeTable(scopes))
    }

    @Test("is the same for what tokens do not depend on")
    func same() {
        let other = Self.basis { settings in
            settings.server.limits.headerCount = 7
            settings.server.drainDelay = .seconds(1)
        }
        #expect(other == Self.basis())
    }

    static let changes: [(String, @Sendable (inout GatewaySettings) -> Void)] = [
        ("the issuer's name", { $0.issuers[0].name = "other" }),
        ("iss", { $0.issuers[0].issuer = "https://other.test" }),
        ("the audiences", { $0.issuers[1].audiences = .any }),
        ("the algorithms", { $0.issuers[1].algorithms.append(.rs256) }),
        ("the source of the keys", { $0.issuers[0].keys = .url("https://corp.test/keys") }),
        ("the leeway", { $0.issuers[0].leeway = 0 }),
        ("the types", { $0.issuers[0].types = ["jwt"] }),
        ("the claims with scopes", { $0.issuers[0].scopeClaims.removeLast() }),
        ("the required claims", { $0.issuers[0].required = [] }),
        ("the lifetime", { $0.issuers[0].maximumLifetime = 60 }),
        ("the places of the token", { $0.issuers[0].tokenFrom = [.cookie("session")] }),
        ("the order of the issuers", { $0.issuers.reverse() }),
        ("an issuer less", { $0.issuers.removeLast() }),
        ("the size of tokens", { $0.server.limits.tokenBytes = 1024 }),
    ]

    @Test("is another one after a change of", arguments: changes.indices)
    func different(_ index: Int) {
        let (name, change) = Self.changes[index]
        #expect(Self.basis(change) != Self.basis(), "\(name)")
    }

    @Test(
        "is another one when a scope has another bit, or there are others",
        arguments: [["write", "read"], ["read"], ["read", "write", "delete"], ["read", "Write"]]
    )
    func scopes(_ words: [String]) {
        #expect(Self.basis(scopes: words) != Self.basis())
    }

    @Test("tells scopes apart that only look alike")
    func bytes() {
        #expect(Self.basis(scopes: ["caf\u{e9}"]) != Self.basis(scopes: ["cafe\u{301}"]))
    }

    static let texts: [(String, @Sendable (inout IssuerSettings, String) -> Void)] = [
        ("the issuer's name", { $0.name = $1 }),
        ("iss", { $0.issuer = $1 }),
        ("an audience", { $0.audiences = .oneOf([$1]) }),
        ("the address of the keys", { $0.keys = .url($1) }),
        ("a key set", { $0.keys = .keySet($1) }),
        ("a certificate", { $0.keys = .pem($1) }),
        ("the authorities", { $0.certificateAuthorities = $1 }),
        ("a type", { $0.types = [$1] }),
        ("a claim with scopes", { $0.scopeClaims = [ClaimSelector($1)!] }),
        ("a required claim", { $0.required = [ClaimSelector($1)!] }),
        ("a header with the token", { $0.tokenFrom = [.header($1)] }),
        ("a cookie with the token", { $0.tokenFrom = [.cookie($1)] }),
    ]

    @Test("tells texts of issuers apart that only look alike", arguments: texts.indices)
    func issuerTexts(_ index: Int) {
        let (name, set) = Self.texts[index]
        // Composed and decomposed: `==` of strings holds.
        let bases = ["caf\u{e9}", "cafe\u{301}", "caf\u{e9}"].map { text in
            Self.basis { set(&$0.issuers[0], text) }
        }
        #expect(bases[0] == bases[2], "\(name)")
        #expect(bases[0] != bases[1], "\(name)")
    }
}
