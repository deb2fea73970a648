import Cryptography
import JOSE
import Login
import Telemetry
import Testing
import Trust

@testable import Doctor

@Suite("What a provider's metadata means")
struct ProviderFindingsTests {
    private static let issuer = "https://id.example.com"

    private static func settings(
        _ authentication: ProviderSettings.Authentication = .secret(Redacted("made up")),
        preset: ProviderSettings.Preset? = nil
    ) -> ProviderSettings {
        ProviderSettings(
            name: "corp",
            kind: .issuer(self.issuer, preset: preset),
            clientID: "gatehouse",
            authentication: authentication
        )
    }

    private static func judged(
        _ metadata: JSONValue,
        _ settings: ProviderSettings = settings()
    ) throws -> [Finding] {
        let key = try PrivateKey(generatingFor: .es256)
        var outcome = KeyFetch.Outcome(set: JSONWebKeySet(keys: [try JSONWebKey(key: key.publicKey)]))
        outcome.metadata = metadata
        return ProviderFindings(settings: settings, issuer: self.issuer).fetched(outcome, within: 41, clock: nil)
    }

    private static let good: JSONValue = [
        "response_types_supported": ["code", "id_token"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "pushed_authorization_request_endpoint": "https://id.example.com/par",
    ]

    private static func good(but name: String, is value: JSONValue) -> JSONValue {
        guard case .object(let members) = self.good else { preconditionFailure("an object") }
        return .object(members.map { $0.name == name ? JSONMember(name: name, value: value) : $0 })
    }

    @Test("that has all is that all is well, with what will be made use of")
    func good() throws {
        let text = "https://id.example.com: discovery and keys, S256, client_secret_post, pushed requests, 41 ms"
        #expect(try Self.judged(Self.good) == [.ok(.provider("corp"), text)])
    }

    @Test(
        "that lacks what sign-in cannot go without is a failure",
        arguments: [
            ("response_types_supported", ["token"], "lack `code`"),
            ("grant_types_supported", ["client_credentials"], "lack `authorization_code`"),
            ("code_challenge_methods_supported", ["plain"], "lack `S256`"),
            ("token_endpoint_auth_methods_supported", ["private_key_jwt"], "have no place for a client_secret"),
            ("id_token_signing_alg_values_supported", ["RS256"], "publishes no key for RS256"),
        ] as [(String, JSONValue, String)]
    )
    func lacking(_ name: String, _ value: JSONValue, _ words: String) throws {
        let findings = try Self.judged(Self.good(but: name, is: value))
        #expect(findings.map(\.verdict) == [.failure])
        #expect(findings[0].text.contains(words), "\(findings[0].text)")
    }

    @Test("that says nothing of S256 is a warning, but for Microsoft's, which never does")
    func silent() throws {
        let metadata: JSONValue = ["id_token_signing_alg_values_supported": ["ES256"]]
        #expect(try Self.judged(metadata).map(\.verdict) == [.ok, .warning])
        #expect(try Self.judged(metadata, Self.settings(preset: .entra)).map(\.verdict) == [.ok])
    }

    @Test("that has no place for a private key is a failure")
    func key() throws {
        let findings = try Self.judged(Self.good, Self.settings(.privateKey(Redacted("made up"))))
        #expect(findings.map(\.verdict) == [.failure])
        #expect(findings[0].text.hasSuffix("have no place for a private_key"))
    }
}

@Suite("What a provider says of its client")
struct ClientFindingsTests {
    private static let judge = ClientFindings(
        settings: ProviderSettings(
            name: "corp",
            kind: .github,
            clientID: "gatehouse",
            authentication: .secret(Redacted("made up"))
        ),
        redirectURI: "https://app.example.com/oauth2/callback"
    )

    @Test(
        "to a code that nobody has issued",
        arguments: [
            (.refused("invalid_grant"), .ok, "knows the client gatehouse by its secret"),
            (.refused("bad_verification_code"), .ok, "knows the client gatehouse by its secret"),
            (.refused("invalid_client"), .failure, "does not know the client"),
            (.refused("incorrect_client_credentials"), .failure, "does not know the client"),
            (.refused("unauthorized_client"), .failure, "may not sign people in"),
            (.refused("redirect_uri_mismatch"), .failure, "does not know the redirect URI"),
            (.refused("invalid_request"), .ok, "does not tell whether it knows the client"),
            (.unavailable("https://id.example.com/token: no"), .failure, "https://id.example.com/token: no"),
            (.invalid("https://id.example.com/token: no"), .failure, "https://id.example.com/token: no"),
        ] as [(ProviderFailure, Finding.Verdict, String)]
    )
    func redeemed(_ failure: ProviderFailure, _ verdict: Finding.Verdict, _ words: String) {
        let findings = Self.judge.redeemed(.failure(failure))
        #expect(findings.map(\.verdict) == [verdict])
        #expect(findings[0].text.contains(words))
    }

    @Test("who gives tokens for it is not to be used")
    func generous() {
        let identity = Identity(claims: ["sub": "anybody"], accessToken: Redacted("made up"))
        #expect(Self.judge.redeemed(.success(identity)).map(\.verdict) == [.failure])
    }

    @Test(
        "to a sign-in that was pushed",
        arguments: [
            (.refused("invalid_client"), "does not know the client"),
            (.refused("unauthorized_client"), "may not sign people in"),
            (.refused("invalid_request"), "refuses a sign-in of this client: invalid_request"),
            (.unavailable("https://id.example.com/par: no"), "https://id.example.com/par: no"),
        ] as [(ProviderFailure, String)]
    )
    func pushed(_ failure: ProviderFailure, _ words: String) {
        let findings = Self.judge.pushed(.failure(failure))
        #expect(findings.map(\.verdict) == [.failure])
        #expect(findings[0].text.contains(words))
    }

    @Test("names the redirect URI that has to be registered")
    func redirect() {
        let uri = "https://app.example.com/oauth2/callback"
        #expect(Self.judge.pushed(.failure(.refused("invalid_request")))[0].remedy?.contains(uri) == true)
        #expect(Self.judge.redeemed(.failure(.refused("redirect_uri_mismatch")))[0].remedy?.contains(uri) == true)
        #expect(Self.judge.pushed(.success("https://id.example.com/authorize"))[0].verdict == .ok)
    }
}
