extension Migrations {
    /// Revocations are numbered in the order in which they were committed, so that whoever follows them asks for those
    /// after the last one that it has seen. Times would not do: a transaction may wait long for its turn, and clocks are set
    /// back. AUTOINCREMENT gives no number twice.
    ///
    /// Triggers write them: no statement that revokes can forget to.
    static let revocations: StaticString = """
        CREATE TABLE revocations (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            grant_id TEXT NOT NULL UNIQUE REFERENCES grants (id) ON DELETE CASCADE,
            revoked_at INTEGER NOT NULL
        ) STRICT;
        INSERT INTO revocations (grant_id, revoked_at)
            SELECT id, revoked_at FROM grants WHERE revoked_at IS NOT NULL ORDER BY revoked_at;
        DROP INDEX grants_by_revocation;

        CREATE TRIGGER grant_revoked AFTER UPDATE OF revoked_at ON grants
        WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL BEGIN
            INSERT INTO revocations (grant_id, revoked_at) VALUES (NEW.id, NEW.revoked_at);
        END;
        CREATE TRIGGER revoked_grant_added AFTER INSERT ON grants WHEN NEW.revoked_at IS NOT NULL BEGIN
            INSERT INTO revocations (grant_id, revoked_at) VALUES (NEW.id, NEW.revoked_at);
        END;

        PRAGMA user_version = 4;
        """
}
