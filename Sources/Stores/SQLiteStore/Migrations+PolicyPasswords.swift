extension Migrations {
    /// Which password each user of the policy had when a gateway last took the policy over: a digest of its hash, to see
    /// that it has changed.
    static let policyPasswords: StaticString = """
        CREATE TABLE policy_passwords (
            user TEXT PRIMARY KEY,
            digest BLOB NOT NULL
        ) STRICT;

        PRAGMA user_version = 3;
        """
}
