import AuthorizationServer
import Cryptography
import Stores
import Testing

@testable import Commands

/// A server of a policy with one user and one client, and an empty store.
struct AdministrationFixture {
    static let bcrypt = "$2b$04$" + String(repeating: "a", count: 53)
    static let now = Timestamp(seconds: CommandFixture.now)

    let settings: AuthorizationServerSettings
    let store: SQLiteAuthorizationStore
    let administration: ServerAdministration

    init(_ more: String = "") throws {
        let reading = CommandFixture.read(
            """
            authorization_server:
              issuer: https://id.example.com/identity
              store: sqlite:gatehouse.db
              audiences: [items-api]
              scopes: { "items:read": Read your items }
              clients: { shop: { public: true, grants: device_code } }
              users: { alice: { password_hash: "\(Self.bcrypt)", groups: [staff] } }
            \(more)
            routes: [{ path: /, access: public, upstream: echo }]
            """
        )
        self.settings = try #require(reading.configuration?.settings.authorizationServer, "\(reading.problems)")
        self.store = try SQLiteAuthorizationStore(.memory, ring: SealingRing(.generate()))
        self.administration = ServerAdministration(self.settings, store: self.store, now: Self.now)
    }

    /// The same a while later.
    func after(_ duration: Duration) -> ServerAdministration {
        ServerAdministration(self.settings, store: self.store, now: Self.now + duration)
    }
}
