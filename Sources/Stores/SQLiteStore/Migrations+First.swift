extension Migrations {
    /// All tables are STRICT: a column holds what it says. Times are milliseconds since 1970, lists and claims JSON.
    ///
    /// Single-use records of each kind have a table of their own, so that none can pass for another. Codes and tokens
    /// are there as digests only.
    static let first: StaticString = """
        CREATE TABLE signing_keys (
            key_id TEXT PRIMARY KEY,
            algorithm TEXT NOT NULL,
            sealed_key BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            published_since INTEGER NOT NULL,
            signs_from INTEGER NOT NULL,
            retires_at INTEGER
        ) STRICT;

        CREATE TABLE users (
            name TEXT PRIMARY KEY,
            password_hash TEXT NOT NULL,
            display_name TEXT,
            email TEXT,
            email_verified INTEGER NOT NULL,
            groups TEXT NOT NULL,
            claims TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            password_changed_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE sign_ins (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user TEXT NOT NULL,
            time INTEGER NOT NULL,
            succeeded INTEGER NOT NULL,
            network TEXT NOT NULL,
            user_agent TEXT NOT NULL
        ) STRICT;
        CREATE INDEX sign_ins_by_user ON sign_ins (user, id);

        CREATE TABLE clients (
            name TEXT PRIMARY KEY,
            origin TEXT NOT NULL,
            display_name TEXT,
            secret BLOB,
            key_set TEXT,
            redirect_uris TEXT NOT NULL,
            post_logout_redirect_uris TEXT NOT NULL,
            grants TEXT NOT NULL,
            scopes TEXT NOT NULL,
            introspects TEXT NOT NULL,
            requires_pushed_requests INTEGER NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE sessions (
            digest BLOB PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            user TEXT NOT NULL,
            authenticated_at INTEGER NOT NULL,
            authentication_context TEXT,
            idle_expires_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sessions_by_user ON sessions (user);
        CREATE INDEX sessions_by_idle_expiry ON sessions (idle_expires_at);

        CREATE TABLE consents (
            user TEXT NOT NULL,
            client TEXT NOT NULL,
            scopes TEXT NOT NULL,
            given_at INTEGER NOT NULL,
            PRIMARY KEY (user, client)
        ) STRICT;
        CREATE INDEX consents_by_client ON consents (client);

        CREATE TABLE grants (
            id TEXT PRIMARY KEY,
            user TEXT,
            client TEXT NOT NULL,
            scopes TEXT NOT NULL,
            resources TEXT NOT NULL,
            session TEXT,
            authenticated_at INTEGER,
            authentication_context TEXT,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT;
        CREATE INDEX grants_by_user ON grants (user);
        CREATE INDEX grants_by_client ON grants (client);
        CREATE INDEX grants_by_session ON grants (session);
        CREATE INDEX grants_by_expiry ON grants (expires_at);
        CREATE INDEX grants_by_revocation ON grants (revoked_at) WHERE revoked_at IS NOT NULL;

        CREATE TABLE authorization_codes (
            digest BLOB PRIMARY KEY,
            grant_id TEXT NOT NULL UNIQUE REFERENCES grants (id) ON DELETE CASCADE,
            redirect_uri TEXT,
            challenge TEXT NOT NULL,
            nonce TEXT,
            key_thumbprint TEXT,
            expires_at INTEGER NOT NULL,
            redeemed_at INTEGER
        ) STRICT;

        CREATE TABLE refresh_tokens (
            digest BLOB PRIMARY KEY,
            grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
            idle_expires_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            key_thumbprint TEXT,
            successor BLOB UNIQUE,
            rotated_at INTEGER,
            sealed_successor BLOB,
            sealed_until INTEGER
        ) STRICT;
        CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);
        CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
        CREATE INDEX refresh_tokens_by_seal ON refresh_tokens (sealed_until) WHERE sealed_until IS NOT NULL;

        CREATE TABLE device_grants (
            device_code BLOB PRIMARY KEY,
            user_code BLOB NOT NULL UNIQUE,
            client TEXT NOT NULL,
            scopes TEXT NOT NULL,
            resources TEXT NOT NULL,
            state TEXT NOT NULL,
            interval INTEGER NOT NULL,
            last_poll_at INTEGER,
            network TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            grant_id TEXT UNIQUE REFERENCES grants (id) ON DELETE SET NULL
        ) STRICT;
        CREATE INDEX device_grants_by_expiry ON device_grants (expires_at);

        CREATE TABLE pushed_requests (
            digest BLOB PRIMARY KEY,
            client TEXT NOT NULL,
            parameters TEXT NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

        CREATE TABLE client_assertion_ids (
            digest BLOB PRIMARY KEY,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX client_assertion_ids_by_expiry ON client_assertion_ids (expires_at);

        CREATE TABLE proof_ids (
            digest BLOB PRIMARY KEY,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX proof_ids_by_expiry ON proof_ids (expires_at);

        CREATE TABLE initial_access_tokens (
            digest BLOB PRIMARY KEY,
            scopes TEXT NOT NULL,
            remaining_uses INTEGER,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX initial_access_tokens_by_expiry ON initial_access_tokens (expires_at);

        PRAGMA application_id = 0x47544853;
        PRAGMA user_version = 1;
        """
}
