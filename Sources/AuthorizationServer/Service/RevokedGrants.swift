internal import Stores

/// The grants whose access tokens may still be about although they were revoked.
struct RevokedGrants {
    private var times: [GrantID: Timestamp] = [:]
    private var readUntil: Timestamp?

    /// The longest time that an access token counts after its grant was revoked, whatever the policy said when it was issued;
    /// with the leeway that issuers may have, and a clock that was set back by as much.
    static let window = TokenLifetimes.longestAccess + TokenLifetimes.margin
    /// Transactions of other processes may end later than they say.
    private static let overlap: Duration = .seconds(30)

    var grants: Set<GrantID> { Set(self.times.keys) }

    /// Takes what was revoked since the last call, and forgets what is over. Returns whether anything changed.
    mutating func renew(_ store: any AuthorizationStore, at now: Timestamp) throws(StoreError) -> Bool {
        let since = self.readUntil.map { $0 - Self.overlap } ?? now - Self.window
        var hasChanged = false
        for grant in try store.revokedGrants(since: since) where self.times[grant.id] == nil {
            self.times[grant.id] = grant.revoked
            hasChanged = true
        }
        self.readUntil = now
        let isOver = self.times.values.contains { $0 + Self.window < now }
        if isOver { self.times = self.times.filter { $0.value + Self.window >= now } }
        return hasChanged || isOver
    }
}
