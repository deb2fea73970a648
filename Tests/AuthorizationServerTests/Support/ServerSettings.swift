import Cryptography
import JOSE

@testable import AuthorizationServer

extension AuthorizationServerSettings {
    /// Clients of each kind, and one person.
    static func inTests() throws -> AuthorizationServerSettings {
        var settings = AuthorizationServerSettings(
            issuer: try IssuerAddress(EndpointBench.issuer),
            store: .memory,
            keys: SigningKeySettings(),
            audiences: ["items-api", "https://api.example.com/orders"]
        )
        settings.scopes = [
            ScopeSettings(name: "items:read", words: "Read your items"),
            ScopeSettings(name: "items:write", words: "Add and change items"),
        ]
        settings.clients = [.docs, .site, .worker, .tv]
        settings.users = [try User.alice()]
        return settings
    }
}

extension Client {
    /// Public, with a page of its own.
    static let docs: Client = {
        var client = Client(name: "docs", authentication: .none)
        client.redirectURIs = ["http://127.0.0.1:8080/docs/oauth2-redirect", "https://docs.example.com/callback"]
        client.grants = [.authorizationCode, .refreshToken]
        client.scopes = ["openid", "profile", "email", "items:read"]
        return client
    }()

    /// Confidential, with people.
    static let site: Client = {
        var client = Client(name: "site", authentication: .secret(Client.siteSecret.digest))
        client.redirectURIs = ["https://site.example.com/callback"]
        client.grants = [.authorizationCode, .refreshToken]
        client.scopes = ["openid", "profile", "email", "items:read", "items:write"]
        return client
    }()

    static let siteSecret = RandomSecret()

    /// Confidential, for itself; may introspect.
    static let worker: Client = {
        var client = Client(name: "worker", authentication: .secret(Client.workerSecret.digest))
        client.grants = [.clientCredentials]
        client.scopes = ["items:read", "items:write"]
        client.introspects = ["items-api"]
        return client
    }()

    static let workerSecret = RandomSecret()

    /// A device.
    static let tv: Client = {
        var client = Client(name: "tv", authentication: .none)
        client.grants = [.deviceCode, .refreshToken]
        client.scopes = ["items:read"]
        return client
    }()
}

extension User {
    /// The password of `alice`, and a hash of it that costs little: a published vector of crypt(5).
    static let alicePassword = "pleaseletmein"

    static func alice() throws -> User {
        let hash = try PasswordHash("$2b$04$CCCCCCCCCCCCCCCCCCCCC.3WPQy/x8EhyouO1Eia.f.CS216k/lTq")
        var user = User(name: "alice", passwordHash: hash)
        user.displayName = "Alice"
        user.email = "alice@example.com"
        user.isEmailVerified = true
        user.groups = ["staff"]
        user.claims = ["tenant": "acme"]
        return user
    }
}
