@testable import Stores

extension SQLiteAuthorizationStore {
    /// The one number that a statement gives.
    func count(_ sql: StaticString) throws(StoreError) -> Int64 {
        try self.database.first(sql) { row throws(StoreError) in try row.next() } ?? -1
    }

    /// Grants that were revoked at `since` or later.
    func revokedGrants(since: Timestamp) throws(StoreError) -> [RevokedGrant] {
        try self.revocations(after: 0, since: since, limit: .max).grants
    }
}
