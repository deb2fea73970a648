extension SQLiteAuthorizationStore {
    public func revocations(
        after position: Int64,
        since: Timestamp,
        limit: Int
    ) throws(StoreError) -> RevocationPage {
        let newest = try self.newestRevocation()
        guard newest > position else { return RevocationPage(grants: [], position: position, isLast: true) }
        // Up to the newest that is known, so that none of a later transaction is passed over.
        let rows = try self.database.all(
            """
            SELECT number, grant_id, revoked_at FROM revocations
            WHERE number > ?1 AND number <= ?2 AND revoked_at >= ?3 ORDER BY number LIMIT ?4
            """,
            position,
            newest,
            since,
            Int64(limit)
        ) { row throws(StoreError) in
            (number: try row.next(Int64.self), grant: RevokedGrant(id: try row.next(), revoked: try row.next()))
        }
        let isLast = rows.count < limit
        let end = isLast ? newest : rows.last?.number ?? newest
        return RevocationPage(grants: rows.map(\.grant), position: end, isLast: isLast)
    }

    // MARK: - Private details

    /// Zero when there is none.
    private func newestRevocation() throws(StoreError) -> Int64 {
        try self.database.first("SELECT coalesce(max(number), 0) FROM revocations") { row throws(StoreError) in
            try row.next()
        } ?? 0
    }
}
