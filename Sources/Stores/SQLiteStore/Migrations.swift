/// The form of the file, step by step. A step that was released is never changed; a new one is added after it.
enum Migrations {
    /// Says in the file's head that it is ours: "GTHS".
    static let applicationID: Int64 = 0x4754_4853

    /// Each ends by setting `user_version` to its place, from 1 on.
    static let steps: [StaticString] = [
        Self.first, Self.sources, Self.policyPasswords, Self.revocations,
    ]

    /// Brings the file to the newest form, each step in a transaction of its own.
    ///
    /// Throws `other` for a file of a newer Gatehouse, or of another program; neither is touched.
    static func apply(_ steps: [StaticString] = Self.steps, to database: Database) throws(StoreError) {
        for (index, step) in steps.enumerated() {
            try database.transaction { () throws(StoreError) in
                let version = try self.version(of: database, known: steps.count)
                // Another process may have been faster.
                if version <= index { try database.execute(step) }
            }
        }
        guard try self.version(of: database, known: steps.count) == steps.count else {
            preconditionFailure("a step sets user_version to its place")
        }
    }

    /// Throws `other` for a file that has not the newest form, and changes nothing.
    static func check(_ database: Database) throws(StoreError) {
        guard try self.version(of: database, known: self.steps.count) == self.steps.count else {
            throw .other("the file is of an older Gatehouse; the gateway's next start brings it up to date")
        }
    }

    private static func version(of database: Database, known: Int) throws(StoreError) -> Int {
        let version = try self.number("PRAGMA user_version", database)
        let owner = try self.number("PRAGMA application_id", database)
        let tables = try self.number("SELECT count(*) FROM sqlite_schema", database)
        guard owner == self.applicationID || (owner == 0 && version == 0 && tables == 0) else {
            throw .other("the file belongs to another program")
        }
        guard version <= known else {
            throw .other("the file has version \(version), and this Gatehouse knows \(known) at most; use a newer one")
        }
        return Int(version)
    }

    private static func number(_ sql: StaticString, _ database: Database) throws(StoreError) -> Int64 {
        try database.first(sql) { row throws(StoreError) in try row.next() } ?? 0
    }
}
