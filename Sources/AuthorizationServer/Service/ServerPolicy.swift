internal import Bytes
internal import Stores

/// The settings made ready for looking things up. Immutable: a reload makes a new one.
final class ServerPolicy: Sendable {
    let settings: AuthorizationServerSettings
    private let clients: [String: Client]
    private let users: [String: User]
    /// The words of each scope, in the order of the policy.
    let scopes: [ScopeSettings]

    /// Scopes with a meaning of their own (OpenID Connect Core, section 5.4 and 11).
    static let openID = "openid"
    static let profile = "profile"
    static let email = "email"
    static let offlineAccess = "offline_access"

    static func isStandard(_ scope: String) -> Bool {
        switch scope.utf8.count {
        case 5: scope.hasSameBytes(as: Self.email)
        case 6: scope.hasSameBytes(as: Self.openID)
        case 7: scope.hasSameBytes(as: Self.profile)
        case 14: scope.hasSameBytes(as: Self.offlineAccess)
        default: false
        }
    }

    init(_ settings: AuthorizationServerSettings) {
        self.settings = settings
        let clients = settings.clients + (settings.gateway.map { [$0] } ?? [])
        self.clients = Dictionary(clients.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.users = Dictionary(settings.users.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.scopes = settings.scopes
    }

    var issuer: IssuerAddress { self.settings.issuer }
    var lifetimes: TokenLifetimes { self.settings.lifetimes }

    /// A client of the policy itself, or the gateway.
    func client(named name: String) -> Client? {
        // Dictionaries compare texts as Unicode does; names that grant something are compared byte by byte.
        self.clients[name].flatMap { $0.name.hasSameBytes(as: name) ? $0 : nil }
    }

    /// A user of the policy itself.
    func user(named name: String) -> User? {
        self.users[name].flatMap { $0.name.hasSameBytes(as: name) ? $0 : nil }
    }

    /// The address of an endpoint.
    func address(of endpoint: Endpoint) -> String {
        guard endpoint != .authorizationServerMetadata else {
            return "\(self.issuer.origin)/\(endpoint.rawValue)\(self.issuer.path)"
        }
        return "\(self.issuer.text)/\(endpoint.rawValue)"
    }

    /// Whether any client of the policy may use a grant: what nobody may use is not advertised.
    func offers(_ grant: GrantType) -> Bool {
        !grant.isLegacy || self.settings.clients.contains { $0.grants.contains(grant) }
    }
}
