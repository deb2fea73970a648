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
    ///
    /// - Parameter now: Milliseconds since 1970.
    public func revocations(at now: Int64) -> [Revocation] { self.revocations(self.revoked.all, now) }
    /// Those that were revoked since the snapshot before, which is told of as well.
    public func newRevocations(at now: Int64) -> [Revocation] {
        self.revocations(self.newlyRevoked.compactMap(self.revoked.revocation), now)
    }

    private func revocations(_ grants: [RevokedGrant], _ now: Int64) -> [Revocation] {
        let (issuer, now) = (IssuerMark(self.issuer), Timestamp(milliseconds: now))
        return grants.compactMap { Revocation($0, issuer: issuer, at: now) }
    }

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
