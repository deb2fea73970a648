extension Migrations {
    /// What waits for a person knows the network it came from, so that no network takes all the room of a public client.
    ///
    /// What waited before has none: it counts for its client alone.
    static let sources: StaticString = """
        ALTER TABLE device_grants ADD COLUMN source TEXT;
        CREATE INDEX device_grants_by_client ON device_grants (client, source);
        ALTER TABLE pushed_requests ADD COLUMN source TEXT;
        CREATE INDEX pushed_requests_by_client ON pushed_requests (client, source);

        PRAGMA user_version = 2;
        """
}
