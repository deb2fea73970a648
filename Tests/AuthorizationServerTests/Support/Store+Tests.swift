import Stores

extension SQLiteAuthorizationStore {
    /// Grants that were revoked at `since` or later.
    func revokedGrants(since: Timestamp) throws(StoreError) -> [RevokedGrant] {
        try self.revocations(after: 0, since: since, limit: .max).grants
    }
}
