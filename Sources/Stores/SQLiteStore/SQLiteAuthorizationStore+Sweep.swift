extension SQLiteAuthorizationStore {
    /// Removes what is over: of each kind a bounded number, so that no write waits for the refuse of a quiet week.
    func sweep(at now: Timestamp) throws(StoreError) {
        let limit = Self.removedAtOnce
        // The successor is held for the grace only; from then on its digest must do.
        try self.database.run(
            """
            UPDATE refresh_tokens SET sealed_successor = NULL, sealed_until = NULL WHERE rowid IN
            (SELECT rowid FROM refresh_tokens WHERE sealed_until <= ? LIMIT ?)
            """,
            now,
            limit
        )
        for statement in Self.sweeps { try self.database.run(statement, now, limit) }
    }

    /// With a grant its code goes, and its refresh tokens before it: there is no end to how often one was rotated, and what
    /// goes with a grant would go at once. Rotated tokens stay to the end of their chain: presented again they must still
    /// be known.
    private static let sweeps: [StaticString] = [
        """
        DELETE FROM refresh_tokens WHERE rowid IN
        (SELECT refresh_tokens.rowid FROM
        (SELECT id FROM grants WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2) AS ended
        JOIN refresh_tokens ON grant_id = ended.id LIMIT ?2)
        """,
        """
        DELETE FROM grants WHERE id IN
        (SELECT id FROM (SELECT id FROM grants WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2) AS ended
        WHERE NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE grant_id = ended.id))
        """,
        "DELETE FROM refresh_tokens WHERE rowid IN (SELECT rowid FROM refresh_tokens WHERE expires_at <= ? LIMIT ?)",
        "DELETE FROM sessions WHERE rowid IN (SELECT rowid FROM sessions WHERE idle_expires_at <= ? LIMIT ?)",
        // For ten minutes more a device hears that its code has expired.
        """
        DELETE FROM device_grants WHERE rowid IN
        (SELECT rowid FROM device_grants WHERE expires_at <= ? - 600000 LIMIT ?)
        """,
        "DELETE FROM pushed_requests WHERE rowid IN (SELECT rowid FROM pushed_requests WHERE expires_at <= ? LIMIT ?)",
        """
        DELETE FROM client_assertion_ids WHERE rowid IN
        (SELECT rowid FROM client_assertion_ids WHERE expires_at <= ? LIMIT ?)
        """,
        "DELETE FROM proof_ids WHERE rowid IN (SELECT rowid FROM proof_ids WHERE expires_at <= ? LIMIT ?)",
        """
        DELETE FROM initial_access_tokens WHERE rowid IN
        (SELECT rowid FROM initial_access_tokens WHERE expires_at <= ? LIMIT ?)
        """,
        "DELETE FROM signing_keys WHERE rowid IN (SELECT rowid FROM signing_keys WHERE retires_at <= ? LIMIT ?)",
    ]
}
