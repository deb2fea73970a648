import Bytes
import Login
import Telemetry
import Testing
import Transport

@testable import Doctor

@Suite("What login says of itself")
struct LoginFindingsTests {
    private static func findings(
        _ address: String,
        listeners: [ListenerSettings] = [],
        _ change: (inout LoginSettings) -> Void = { _ in }
    ) throws -> LoginFindings {
        let corp = ProviderSettings(
            name: "corp",
            kind: .issuer("https://id.example.com", preset: nil),
            clientID: "gatehouse",
            authentication: .secret(Redacted("made up"))
        )
        var login = LoginSettings(baseURL: try #require(BaseURL(address)), providers: [corp])
        change(&login)
        return LoginFindings(login: login, listeners: listeners)
    }

    private static func listener(_ change: (inout ListenerSettings) -> Void = { _ in }) -> ListenerSettings {
        var listener = ListenerSettings(name: "public", address: .unix(path: "/run/gatehouse.sock"))
        change(&listener)
        return listener
    }

    @Test("are the redirect URIs that others have to know, and the embedded server does not")
    func redirect() throws {
        let findings = try Self.findings("https://app.example.com:8443")
        #expect(
            findings.redirect?.text
                == "the redirect URI to register at corp: https://app.example.com:8443/oauth2/callback"
        )
        #expect(
            findings.signedOut?.text
                == "the post-logout redirect URI to register at corp: https://app.example.com:8443/oauth2/sign_out"
        )
        let hub = ProviderSettings(
            name: "hub",
            kind: .github,
            clientID: "h",
            authentication: .secret(Redacted("made up"))
        )
        let withoutSignOut = try Self.findings("https://app.example.com") { $0.providers = [hub] }
        #expect(withoutSignOut.redirect != nil && withoutSignOut.signedOut == nil)
        let own = ProviderSettings(name: "own", kind: .embedded, clientID: "own", authentication: .embedded)
        let alone = try Self.findings("https://app.example.com") { $0.providers = [own] }
        #expect(alone.redirect == nil && alone.signedOut == nil)
    }

    @Test("is where the cookie goes")
    func cookie() throws {
        #expect(try Self.findings("https://app.example.com").cookie.text.hasSuffix("for app.example.com alone"))
        let shared = try Self.findings("https://app.example.com") { $0.cookie.domain = "example.com" }
        #expect(shared.cookie.text.hasSuffix("for example.com and all below it, with app.example.com"))
    }

    @Test("is a warning where nobody tells the gateway that browsers came by https")
    func transport() throws {
        let plain = Self.listener()
        let secure = Self.listener { $0.tls = ServerTLSSettings(certificates: []) }
        let behind = Self.listener { $0.trustsUnixPeers = true }
        let https = "https://app.example.com"
        #expect(try Self.findings(https, listeners: [plain]).transport.verdict == .warning)
        #expect(
            try Self.findings(https, listeners: [plain, secure]).transport.text.hasSuffix("listener public ends TLS")
        )
        let believed = try Self.findings(https, listeners: [behind]).transport
        #expect(believed.verdict == .ok && believed.text.contains("believes its X-Forwarded-Proto"))
        #expect(try Self.findings("http://127.0.0.1:8080", listeners: [plain]).transport.verdict == .ok)
        #expect(try Self.findings("http://127.0.0.1:8080", listeners: [secure]).transport.verdict == .warning)
    }

    @Test(
        "has a name to look up, unless it is an address or this machine",
        arguments: [
            ("https://app.example.com:8443", "app.example.com"), ("https://192.0.2.7", nil),
            ("https://[2001:db8::7]", nil),
            ("http://localhost:8080", nil), ("http://127.0.0.1", nil), ("https://127.example.com", "127.example.com"),
        ] as [(String, String?)]
    )
    func name(_ address: String, _ name: String?) throws {
        #expect(try Self.findings(address).name == name)
    }

    @Test("warns of a name that does not resolve here: it may where browsers are")
    func resolved() throws {
        let findings = try Self.findings("https://app.example.com")
        #expect(findings.resolved("app.example.com", to: []).verdict == .warning)
        let found = findings.resolved("app.example.com", to: ["192.0.2.7", "2001:db8::7"])
        #expect(found == .ok(.login, "app.example.com is at 192.0.2.7 and 1 more"))
    }
}
