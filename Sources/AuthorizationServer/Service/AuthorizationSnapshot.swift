internal import Stores
internal import Telemetry

/// What workers know of the authorization server without asking it. Immutable; a change makes a new one.
public final class AuthorizationSnapshot: Sendable {
    public let keys: SigningKeys
    /// Grants whose access tokens are refused although they have not run out.
    public let revoked: RevokedGrants
    /// Those that were revoked since the snapshot before.
    private let newlyRevoked: [GrantID]
    let policy: ServerPolicy
    let lockout: Lockout
    let documents: ServerDocuments

    init(
        keys: SigningKeys,
        revoked: RevokedGrants,
        newlyRevoked: [GrantID] = [],
        policy: ServerPolicy,
        lockout: Lockout
    ) {
        self.keys = keys
        self.revoked = revoked
        self.newlyRevoked = newlyRevoked
        self.policy = policy
        self.lockout = lockout
        self.documents = ServerDocuments(policy, keys)
    }

    /// The same but for what is revoked, which changes often: nothing is prepared again.
    init(_ former: AuthorizationSnapshot, revoked: RevokedGrants, newlyRevoked: [GrantID] = []) {
        self.keys = former.keys
        self.revoked = revoked
        self.newlyRevoked = newlyRevoked
        self.policy = former.policy
        self.lockout = former.lockout
        self.documents = former.documents
    }

    /// Exactly the `iss` of what is issued.
    public var issuer: String { self.policy.issuer.text }

    /// All grants whose tokens are refused, for other gateways.
    public var revokedNames: [GrantName] { self.names(self.revoked.all) }
    /// Those that were revoked since the snapshot before, which is told of as well.
    public var newlyRevokedNames: [GrantName] { self.names(self.newlyRevoked) }

    private func names(_ grants: [GrantID]) -> [GrantName] {
        let issuer = IssuerMark(self.issuer)
        return grants.compactMap { GrantName($0, issuer: issuer) }
    }

    /// The longest time for which a token of a revoked grant could still be taken.
    public static let longestRefusal = RevocationReader.window

    /// Where people and clients find an endpoint.
    public func address(of endpoint: Endpoint) -> String { self.policy.address(of: endpoint) }

    /// Whether both issue the same; they may differ in what is revoked.
    public func issuesAlike(_ other: AuthorizationSnapshot) -> Bool {
        self.keys === other.keys && self.policy === other.policy
    }
}

/// Where the newest snapshot is. `@unchecked Sendable`: touched with `monitor` locked.
final class LatestSnapshot: @unchecked Sendable {
    private let monitor = Monitor()
    private var snapshot: AuthorizationSnapshot!

    /// There is one once the service has opened.
    var value: AuthorizationSnapshot {
        get { self.monitor.locked { self.snapshot } }
        set { self.monitor.locked { self.snapshot = newValue } }
    }
}
