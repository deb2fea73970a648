@testable import Stores

extension SQLiteAuthorizationStore {
    /// The one number that a statement gives.
    func count(_ sql: StaticString) throws(StoreError) -> Int64 {
        try self.database.first(sql) { row throws(StoreError) in try row.next() } ?? -1
    }
}
