import AuthorizationServer
import Cryptography
import Testing

@testable import Configuration

@Suite("authorization_server.clients")
struct ClientsSectionTests {
    private static let digest = "sha256:" + String(repeating: "0a", count: 32)
    private static let callback = "redirect_uris: https://app.example.com/callback"

    /// What is said about a client, without the path of the client.
    private static func problems(_ client: String, files: [String: String] = [:]) -> [String] {
        ServerFixture.problems("scopes: { \"items:read\": Read }, clients: { app: { \(client) } }", files: files)
            .map { $0.replacing("authorization_server.clients.", with: "") }
    }

    private static func client(_ client: String, files: [String: String] = [:]) -> Client? {
        ServerFixture.settings("scopes: { \"items:read\": Read }, clients: { app: { \(client) } }", files: files)?
            .clients.first
    }

    @Test("takes every key")
    func all() {
        var expected = Client(name: "app", authentication: .none)
        expected.displayName = "The App"
        expected.redirectURIs = ["https://app.example.com/callback", "com.example.app:/callback"]
        expected.postLogoutRedirectURIs = ["https://app.example.com/"]
        expected.grants = [.authorizationCode, .refreshToken, .deviceCode]
        expected.scopes = ["openid", "offline_access", "items:read"]
        expected.requiresPushedRequests = true
        let client = Self.client(
            """
            public: true, name: The App, redirect_uris: [https://app.example.com/callback, "com.example.app:/callback"], \
            post_logout_redirect_uris: https://app.example.com/, grants: [authorization_code, refresh_token, device_code], \
            scopes: [openid, offline_access, "items:read"], require_par: true
            """
        )
        #expect(client == expected)
    }

    @Test("authenticates by the hash of a secret")
    func secretHash() throws {
        let client = Self.client("secret_hash: \"\(Self.digest)\", grants: client_credentials, introspect: items-api")
        #expect(client?.authentication == .secret(try #require(SecretDigest(Self.digest))))
        #expect(client?.introspects == ["items-api"])
    }

    @Test("authenticates by a secret in tests, with a warning")
    func secret() {
        let text = "secret: not-for-production, grants: client_credentials"
        #expect(Self.client(text)?.authentication == .secret(SecretDigest(of: "not-for-production")))
        #expect(
            Self.problems(text) == [
                "warning: app.secret: whoever reads the policy has the secret; it is for tests, use `secret_hash` elsewhere"
            ]
        )
    }

    @Test("authenticates by keys")
    func keys() throws {
        let client = Self.client("jwks: { file: keys.jwks }, grants: client_credentials")
        guard case .keys(let set) = client?.authentication else {
            Issue.record("no keys")
            return
        }
        #expect(set.keys.count == 1)
        #expect(Self.client("jwks: { inline: \(PolicyFixture.keySet) }, grants: client_credentials") == client)
    }

    @Test(
        "refuses what proves nothing",
        arguments: [
            (
                "grants: device_code",
                "app: exactly one of `public`, `secret_hash`, `secret` and `jwks` says how the client proves who it is"
            ),
            (
                "public: true, secret: a-long-enough-secret, grants: device_code",
                "app: exactly one of `public`, `secret_hash`, `secret` and `jwks` says how the client proves who it is"
            ),
            (
                "public: false, grants: device_code",
                "app.public: a client that is not public has one of `secret_hash`, `secret` and `jwks`"
            ),
            (
                "secret_hash: \"sha256:00\", grants: device_code",
                "app.secret_hash: expected `sha256:` and 64 lower-case hexadecimal digits: `printf %s \"$SECRET\" | sha256sum`"
            ),
            (
                "jwks: {}, grants: device_code",
                "app.jwks: exactly one of `file` and `inline` says where the public keys are"
            ),
            (
                "jwks: { file: absent.jwks }, grants: device_code",
                "app.jwks.file: the file `absent.jwks` cannot be read: No such file or directory"
            ),
        ]
    )
    func authentication(_ client: String, _ message: String) {
        #expect(Self.problems(client) == ["error: \(message)"])
    }

    @Test("refuses a short secret")
    func shortSecret() {
        let problems = Self.problems("secret: fifteen-letters, grants: client_credentials")
        #expect(problems.last?.hasPrefix("error: app.secret: a secret is at least 16 characters of ASCII") == true)
    }

    @Test("AS7 AS8: warns of each legacy grant, and takes none among the others")
    func legacy() {
        let legacy = "public: true, legacy: [password, implicit], \(Self.callback)"
        #expect(Self.client(legacy)?.grants == [.password, .implicit])
        #expect(
            Self.problems(legacy) == [
                "warning: app.legacy[0]: the client sees the passwords of its users (RFC 9700, section 2.4)",
                "warning: app.legacy[1]: tokens stand in addresses, where others may read them (RFC 9700, section 2.1.2)",
            ]
        )
        #expect(
            Self.problems("public: true, grants: [device_code, password]") == [
                "error: app.grants[1]: RFC 9700 advises against it; if nothing else is possible, list it in `legacy`"
            ]
        )
    }

    @Test(
        "refuses what does not go together",
        arguments: [
            ("public: true", "app: the client can do nothing: it needs a grant, or an audience to introspect"),
            (
                "public: true, grants: authorization_code",
                "app.grants: `authorization_code` and `implicit` need a redirect URI"
            ),
            (
                "public: true, grants: client_credentials",
                "app.grants: `client_credentials` is for clients with a secret or keys"
            ),
            (
                "public: true, grants: device_code, introspect: items-api",
                "app.introspect: introspection is for clients with a secret or keys"
            ),
            (
                "public: true, grants: refresh_token",
                "app.grants: `refresh_token` needs a grant beside it that gives the first refresh token"
            ),
        ]
    )
    func faults(_ client: String, _ message: String) {
        #expect(Self.problems(client) == ["error: \(message)"])
    }

    @Test("takes a scope that stands twice once, with a warning at the second")
    func repeatedScope() throws {
        let client = "public: true, grants: device_code, scopes: [openid, \"items:read\", openid]"
        #expect(Self.problems(client) == ["warning: app.scopes[2]: the scope stands here twice"])
        #expect(try #require(Self.client(client)).scopes == ["openid", "items:read"])
    }

    @Test(
        "says what is wrong with one value, and nothing more",
        arguments: [
            (
                "public: true, grants: [code]",
                "app.grants[0]: expected one of `authorization_code`, `client_credentials`, `refresh_token`, `device_code`, found \"code\""
            ),
            (
                "public: true, grants: device_code, scopes: [\"items:raed\"]",
                "app.scopes[0]: unknown scope \"items:raed\"; name it in `authorization_server.scopes` with the words of the consent page; did you mean `items:read`?"
            ),
            (
                "secret_hash: \"\(digest)\", introspect: other-api",
                "app.introspect: \"other-api\" is not in `authorization_server.audiences`"
            ),
            (
                "public: true, grants: authorization_code, redirect_uris: http://app.example.com/",
                "app.redirect_uris: http is for 127.0.0.1, [::1] and localhost alone; everywhere else a code could be read on its way"
            ),
            (
                "public: true, grants: device_code, redirect_uri: https://a.example/",
                "app.redirect_uri: unknown key; did you mean `redirect_uris`?"
            ),
        ]
    )
    func values(_ client: String, _ message: String) {
        #expect(Self.problems(client) == ["error: \(message)"])
    }

    @Test(
        "AS1: refuses a wildcard in a redirect URI",
        arguments: ["https://*.example.com/", "https://app.example.com/*"]
    )
    func wildcard(_ uri: String) {
        let problems = Self.problems("public: true, grants: authorization_code, redirect_uris: \"\(uri)\"")
        #expect(
            problems == [
                "error: app.redirect_uris: redirect URIs are compared byte by byte, and `*` stands for nothing; list each of them"
            ]
        )
    }

    @Test("AS17: refuses a name that could be a user's subject")
    func name() {
        let problems = ServerFixture.problems("clients: { \"client:app\": { public: true, grants: device_code } }")
        #expect(
            problems == [
                "error: authorization_server.clients.client:app: a name is 1 to 64 letters, digits, `-`, `_` and `.`"
            ]
        )
    }

    @Test("judges nothing of a value that is not known")
    func unset() {
        let text = PolicyFixture.complete(
            """
            authorization_server:
              \(ServerFixture.head.replacing(", ", with: "\n  "))
              clients: { app: { secret_hash: "${HASH}", grants: "${GRANTS}", redirect_uris: "${URI}" } }
            """
        )
        #expect(PolicyFixture.read(text, allowsUnset: true).lines == [])
    }
}
