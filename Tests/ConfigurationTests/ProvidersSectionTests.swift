import Login
import Telemetry
import Testing

@testable import Configuration

@Suite("login.providers")
struct ProvidersSectionTests {
    private static let client = "client_id: gw, client_secret: made-up"

    private static func problems(_ provider: String, files: [String: String] = [:]) -> [String] {
        LoginFixture.problems(providers: "a: { \(provider) }", files: files)
    }

    private static func provider(_ provider: String, files: [String: String] = [:]) -> ProviderSettings? {
        LoginFixture.settings(providers: "a: { \(provider) }", files: files)?.login?.providers.first
    }

    @Test("takes every key")
    func all() {
        let provider = Self.provider(
            """
            issuer: https://login.example.com/realms/a, client_id: gw, client_secret: made-up, scopes: [openid, email], \
            allow: { emails: Ann@example.org, domains: [Example.com], groups: [staff, ops] }, tls: { ca: ca.pem }
            """,
            files: ["ca.pem": PEMFixture.certificate]
        )
        var expected = ProviderSettings(
            name: "a",
            kind: .issuer("https://login.example.com/realms/a", preset: nil),
            clientID: "gw",
            authentication: .secret(Redacted("made-up"))
        )
        expected.scopes = ["openid", "email"]
        expected.allow.emails = ["Ann@example.org"]
        expected.allow.domains = ["example.com"]
        expected.allow.groups = ["staff", "ops"]
        expected.certificateAuthorities = PEMFixture.certificate
        #expect(provider == expected)
    }

    @Test("are in the order of the file")
    func order() {
        let providers =
            "z: { preset: keycloak, issuer: https://k.example.com/realms/a, \(Self.client) }, \(LoginFixture.corp)"
        #expect(LoginFixture.settings(providers: providers)?.login?.providers.map(\.name) == ["z", "corp"])
    }

    @Test(
        "knows the ways of products",
        arguments: [
            ("google", "", .issuer("https://accounts.google.com", preset: .google)),
            ("github", "", .github),
            ("auth0", "issuer: https://t.eu.auth0.com/", .issuer("https://t.eu.auth0.com/", preset: .auth0)),
            (
                "keycloak", "issuer: http://127.0.0.1:9/realms/a",
                .issuer("http://127.0.0.1:9/realms/a", preset: .keycloak)
            ),
            (
                "entra", "issuer: https://login.microsoftonline.com/t/v2.0",
                .issuer("https://login.microsoftonline.com/t/v2.0", preset: .entra)
            ),
        ] as [(String, String, ProviderSettings.Kind)]
    )
    func presets(_ preset: String, _ issuer: String, _ kind: ProviderSettings.Kind) {
        let keys = [issuer, Self.client].filter { !$0.isEmpty }.joined(separator: ", ")
        let provider = Self.provider("preset: \(preset), allow: { groups: a }, \(keys)")
        #expect(provider?.kind == kind)
        #expect(
            provider?.scopes
                == (kind == .github ? ["read:user", "user:email", "read:org"] : ["openid", "profile", "email"])
        )
    }

    @Test("finds GitHub where everybody does, or the server of a company")
    func gitHubServer() {
        let keys = "preset: github, allow: { groups: a }, \(Self.client)"
        #expect(Self.provider(keys)?.endpoints == nil)
        let server = ProviderSettings.Endpoints(
            web: "https://github.example.com",
            api: "https://github.example.com/api/v3"
        )
        #expect(Self.provider("issuer: https://github.example.com, \(keys)")?.endpoints == server)
        #expect(Self.provider("issuer: https://GitHub.example.com/, \(keys)")?.endpoints == server)
    }

    @Test(
        "says what is wrong with an issuer or a preset",
        arguments: [
            (Self.client, "a: one of `issuer`, `preset` and `embedded: true` says who signs people in"),
            (
                "preset: gitlub, \(Self.client)",
                "a.preset: expected one of `google`, `github`, `auth0`, `keycloak`, `entra`, found \"gitlub\"; did you mean `github`?"
            ),
            (
                "preset: github, issuer: https://github.com, allow: { groups: a }, \(Self.client)",
                "a.issuer: expected the server of a company, such as `https://github.example.com`; github.com is implied"
            ),
            (
                "preset: github, issuer: https://github.example.com/acme, allow: { groups: a }, \(Self.client)",
                "a.issuer: expected the server of a company, such as `https://github.example.com`; github.com is implied"
            ),
            (
                "preset: github, issuer: http://github.example.com, allow: { groups: a }, \(Self.client)",
                "a.issuer: http is for this machine alone (127.0.0.1, [::1], localhost); codes need https"
            ),
            (
                "preset: google, issuer: https://a.example, \(Self.client)",
                "a.issuer: `preset` implies it; leave it out"
            ),
            (
                "preset: auth0, \(Self.client)",
                "a: `issuer` is missing; for this preset it is like `https://TENANT.eu.auth0.com/`"
            ),
            (
                "preset: entra, issuer: https://login.microsoftonline.com/common/v2.0, \(Self.client)",
                "a.issuer: this is no tenant's issuer; name yours: `https://login.microsoftonline.com/TENANT-ID/v2.0`"
            ),
            (
                "issuer: login.example.com, \(Self.client)",
                "a.issuer: expected an address such as `https://login.example.com`, found \"login.example.com\""
            ),
            (
                "issuer: \"https://a.example?b\", \(Self.client)",
                "a.issuer: expected an address such as `https://login.example.com`, found \"https://a.example?b\""
            ),
            (
                "issuer: http://login.example.com, \(Self.client)",
                "a.issuer: http is for this machine alone (127.0.0.1, [::1], localhost); codes need https"
            ),
            (
                "issuer: http://a.localhost, \(Self.client)",
                "a.issuer: http is for this machine alone (127.0.0.1, [::1], localhost); codes need https"
            ),
        ]
    )
    func wrongKind(_ provider: String, _ message: String) {
        #expect(Self.problems(provider) == ["error: login.providers.\(message)"])
    }

    @Test(
        "says what is missing of the client, and never what is there",
        arguments: [
            ("client_secret: made-up", "a: `client_id` is missing; the provider knows the gateway by it"),
            (
                "client_id: gw",
                "a: exactly one of `client_secret` and `private_key` proves to the provider that the gateway asks"
            ),
            (
                "client_id: \"a\\nb\", client_secret: made-up",
                "a.client_id: expected printable ASCII in one line (RFC 6749, appendix A)"
            ),
            (
                "client_id: gw, client_secret: \"\"",
                "a.client_secret: expected printable ASCII in one line (RFC 6749, appendix A)"
            ),
            (
                "client_id: gw, client_secret: \"made-up\\r\"",
                "a.client_secret: expected printable ASCII in one line (RFC 6749, appendix A)"
            ),
            (
                "client_id: gw, private_key: made-up",
                "a.private_key: expected `{ file: PATH }`: the key itself does not stand in the policy"
            ),
            ("client_id: gw, private_key: {}", "a.private_key: `file` is missing; a private key, as PEM text or JWK"),
            (
                "client_id: gw, private_key: { file: none.key }",
                "a.private_key.file: the file `none.key` cannot be read: No such file or directory"
            ),
            (
                "client_id: gw, private_key: { file: keys.jwks }",
                "a.private_key.file: no private key: the member \"kty\" is missing or malformed"
            ),
            (
                "client_id: gw, private_key: { file: ca.pem }",
                "a.private_key.file: no private key: the key cannot be read"
            ),
        ]
    )
    func wrongClient(_ client: String, _ message: String) {
        let problems = Self.problems("issuer: https://a.example, \(client)", files: ["ca.pem": PEMFixture.certificate])
        #expect(problems == ["error: login.providers.\(message)"])
    }

    @Test("signs with the private key of a file")
    func privateKey() {
        let provider = Self.provider(
            "issuer: https://a.example, client_id: gw, private_key: { file: a.key }",
            files: ["a.key": PEMFixture.key]
        )
        #expect(provider?.authentication == .privateKey(Redacted(PEMFixture.key)))
        #expect(
            LoginFixture.problems(
                providers: "a: { preset: github, client_id: gw, private_key: { file: a.key }, allow: { groups: a } }",
                files: ["a.key": PEMFixture.key]
            ) == ["error: login.providers.a.private_key: GitHub knows its clients by `client_secret` alone"]
        )
    }

    @Test("asks for `openid` as well")
    func openid() {
        let keys = "issuer: https://a.example, \(Self.client), scopes: [email]"
        #expect(Self.provider(keys)?.scopes == ["openid", "email"])
        #expect(
            Self.problems(keys) == [
                "warning: login.providers.a.scopes: `openid` is asked for as well: without it a provider does not say who signs in"
            ]
        )
        let gitHub = "preset: github, \(Self.client), scopes: [read:user], allow: { groups: a }"
        #expect(Self.provider(gitHub)?.scopes == ["read:user"])
        #expect(Self.problems(gitHub) == [])
    }

    @Test(
        "says what is wrong with who is let in",
        arguments: [
            ("{}", "error: login.providers.a.allow: the mapping is empty; name `emails`, `domains` or `groups`"),
            (
                "{ emails: example.com }",
                "error: login.providers.a.allow.emails: expected an address such as `ann@example.com`, found \"example.com\""
            ),
            (
                "{ domains: [\"@example.com\"] }",
                "error: login.providers.a.allow.domains[0]: expected what stands behind the `@`, such as `example.com`, found \"@example.com\""
            ),
            (
                "{ groups: [] }",
                "error: login.providers.a.allow.groups: the list is empty; leave the key out, or name something"
            ),
            ("{ group: a }", "error: login.providers.a.allow.group: unknown key; did you mean `groups`?"),
            (
                "{ domains: a.example }, scopes: [openid]",
                "warning: login.providers.a.scopes: without `email` no address is known, so that `allow` lets nobody in"
            ),
        ]
    )
    func allow(_ allow: String, _ message: String) {
        #expect(Self.problems("issuer: https://a.example, \(Self.client), allow: \(allow)") == [message])
    }

    @Test("warns where everybody can have an account", arguments: [("github", "GitHub"), ("google", "Google")])
    func everybody(_ preset: String, _ name: String) {
        #expect(
            Self.problems("preset: \(preset), \(Self.client)") == [
                "warning: login.providers.a: without `allow` everybody with an account at \(name) can sign in"
            ]
        )
    }

    @Test("takes the embedded server, which implies the rest")
    func embedded() throws {
        let providers = "local: { embedded: true, allow: { groups: staff } }"
        let provider = try #require(
            LoginFixture.settings(providers: providers, before: LoginFixture.server)?.login?.providers.first
        )
        #expect(provider.kind == .embedded)
        #expect(provider.authentication == .embedded)
        #expect(provider.scopes == ["openid", "profile", "email"])
        #expect(provider.allow.groups == ["staff"])
    }

    @Test("asks the embedded server for all its scopes, and makes the gateway its client")
    func gatewayClient() throws {
        let server = LoginFixture.server.replacing(" }", with: ", scopes: { \"items:read\": Read } }")
        let providers = "local: { embedded: true }"
        let settings = try #require(LoginFixture.settings(providers: providers, before: server))
        let scopes = ["openid", "profile", "email", "items:read"]
        #expect(settings.login?.providers.first?.scopes == scopes)
        let client = try #require(settings.authorizationServer?.gateway)
        #expect(client.name == ProviderSettings.embeddedClientID && client.scopes == scopes)
        #expect(client.redirectURIs == ["https://app.example.com/oauth2/callback"])
        #expect(settings.authorizationServer?.clients.isEmpty ?? false)
        #expect(try #require(LoginFixture.settings(before: server)).authorizationServer?.gateway == nil)
    }

    @Test("says what is wrong with an embedded provider")
    func wrongEmbedded() {
        #expect(
            LoginFixture.problems(providers: "a: { embedded: true }") == [
                "error: login.providers.a.embedded: there is no `authorization_server` in this policy that could sign people in"
            ]
        )
        #expect(
            LoginFixture.problems(
                providers: "a: { embedded: true, client_id: x, preset: google }",
                before: LoginFixture.server
            )
            .sorted() == [
                "error: login.providers.a.client_id: `embedded` implies it; leave it out",
                "error: login.providers.a.preset: `embedded` implies it; leave it out",
            ]
        )
        #expect(
            LoginFixture.problems(
                providers: "a: { embedded: true }, b: { embedded: true }",
                before: LoginFixture.server
            ) == [
                "error: login.providers.b.embedded: the embedded server is `login.providers.a.embedded` already"
            ]
        )
        #expect(
            LoginFixture.problems(
                providers: "a: { embedded: true, scopes: [openid, items] }",
                before: LoginFixture.server
            ) == [
                "error: login.providers.a.scopes[1]: unknown scope \"items\"; name it in `authorization_server.scopes` with the words of the consent page"
            ]
        )
    }

    @Test("have names that are names, and may share them with issuers")
    func names() {
        #expect(LoginFixture.problems(providers: LoginFixture.corp.replacing("corp:", with: "demo:")) == [])
        #expect(
            LoginFixture.problems(providers: LoginFixture.corp.replacing("corp:", with: "\"a b\":")) == [
                "error: login.providers.a b: a name is 1 to 64 letters, digits, `-`, `_` and `.`"
            ]
        )
    }

    @Test("are one at least and 64 at most")
    func count() {
        func problems(_ count: Int) -> [String] {
            let body = "{ issuer: https://a.example, \(Self.client) }"
            return LoginFixture.problems(providers: (0..<count).map { "p\($0): \(body)" }.joined(separator: ", "))
        }
        #expect(problems(0) == ["error: login.providers: there must be at least one provider"])
        #expect(problems(64) == [])
        #expect(problems(65) == ["error: login.providers: at most 64 providers"])
    }
}
