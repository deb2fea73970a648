public import Cryptography

extension SQLiteAuthorizationStore: GrantStore {
    public func addGrant(
        _ grant: Grant,
        issuing token: FirstRefreshToken? = nil,
        at now: Timestamp
    ) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            try self.insert(grant)
            if let token { try self.insert(token.of(grant.id)) }
        }
    }

    public func addGrant(
        _ grant: Grant,
        consuming pushed: SecretDigest?,
        remembering consent: Consent?,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            guard try self.consume(pushed, client: grant.client, at: now) else { return false }
            if let consent { try self.remember(consent) }
            try self.insert(grant)
            return true
        }
    }

    public func grant(_ id: GrantID, at now: Timestamp) throws(StoreError) -> Grant? {
        try self.database.first(
            """
            SELECT id, user, client, scopes, resources, session, authenticated_at, authentication_context,
            created_at, expires_at, revoked_at FROM grants WHERE id = ? AND expires_at > ?
            """,
            id,
            now,
            read: Grant.init
        )
    }

    public func grants(ofUser user: String, at now: Timestamp) throws(StoreError) -> [Grant] {
        try self.database.all(
            """
            SELECT id, user, client, scopes, resources, session, authenticated_at, authentication_context,
            created_at, expires_at, revoked_at
            FROM grants WHERE user = ? AND expires_at > ? AND revoked_at IS NULL
            ORDER BY created_at DESC, rowid DESC
            """,
            user,
            now,
            read: Grant.init
        )
    }

    public func grantHolders(at now: Timestamp) throws(StoreError) -> GrantHolders {
        GrantHolders(
            users: try self.database.all(
                """
                SELECT user FROM grants WHERE user IS NOT NULL AND expires_at > ?1 AND revoked_at IS NULL
                UNION SELECT user FROM sessions UNION SELECT user FROM consents UNION SELECT user FROM sign_ins
                ORDER BY user
                """,
                now
            ) { row throws(StoreError) in try row.next() },
            clients: try self.database.all(
                """
                SELECT client FROM grants WHERE expires_at > ?1 AND revoked_at IS NULL
                UNION SELECT client FROM consents ORDER BY client
                """,
                now
            ) { row throws(StoreError) in try row.next() }
        )
    }

    public func revokeGrant(_ id: GrantID, at now: Timestamp) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in try self.revoke(id, at: now) }
    }

    @discardableResult
    public func revokeGrants(ofUser user: String, at now: Timestamp) throws(StoreError) -> Int {
        try self.write(at: now) { () throws(StoreError) in try self.revokeAll(ofUser: user, at: now) }
    }

    @discardableResult
    public func revokeGrants(ofClient client: String, at now: Timestamp) throws(StoreError) -> Int {
        try self.write(at: now) { () throws(StoreError) in try self.revokeAll(ofClient: client, at: now) }
    }

    public func revokeGrant(
        ofRefreshToken digest: SecretDigest,
        client: String,
        at now: Timestamp
    ) throws(StoreError) -> GrantID? {
        try self.write(at: now) { () throws(StoreError) in
            try self.database.first(
                """
                UPDATE grants SET revoked_at = ? WHERE client = ? AND revoked_at IS NULL
                AND id IN (SELECT grant_id FROM refresh_tokens WHERE digest = ?) RETURNING id
                """,
                now,
                client,
                digest
            ) { row throws(StoreError) in try row.next() }
        }
    }

    // MARK: - Inside a transaction

    func insert(_ grant: Grant) throws(StoreError) {
        try self.database.run(
            """
            INSERT INTO grants (id, user, client, scopes, resources, session, authenticated_at,
            authentication_context, created_at, expires_at, revoked_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            grant.id,
            grant.user,
            grant.client,
            grant.scopes,
            grant.resources,
            grant.session,
            grant.authenticated,
            grant.authenticationContext,
            grant.created,
            grant.expires,
            grant.revoked
        )
    }

    /// A grant that something may be issued from.
    func liveGrant(_ id: GrantID, at now: Timestamp) throws(StoreError) -> Grant? {
        try self.database.first(
            """
            SELECT id, user, client, scopes, resources, session, authenticated_at, authentication_context,
            created_at, expires_at, revoked_at
            FROM grants WHERE id = ? AND expires_at > ? AND revoked_at IS NULL
            """,
            id,
            now,
            read: Grant.init
        )
    }

    /// What a grant's code or device stood for counts now: it lives on its own, with its first refresh token. Nil if it
    /// was revoked.
    func establish(
        _ id: GrantID,
        until expires: Timestamp,
        issuing token: FirstRefreshToken?
    ) throws(StoreError) -> Grant? {
        let grant = try self.database.first(
            """
            UPDATE grants SET expires_at = ? WHERE id = ? AND revoked_at IS NULL
            RETURNING id, user, client, scopes, resources, session, authenticated_at,
            authentication_context, created_at, expires_at, revoked_at
            """,
            expires,
            id,
            read: Grant.init
        )
        if let grant, let token { try self.insert(token.of(grant.id)) }
        return grant
    }

    @discardableResult
    func revoke(_ id: GrantID, at now: Timestamp) throws(StoreError) -> Bool {
        try self.database.run("UPDATE grants SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, id) > 0
    }

    @discardableResult
    func revokeAll(ofUser user: String, at now: Timestamp) throws(StoreError) -> Int {
        try self.database.run("UPDATE grants SET revoked_at = ? WHERE user = ? AND revoked_at IS NULL", now, user)
    }

    @discardableResult
    func revokeAll(ofClient client: String, at now: Timestamp) throws(StoreError) -> Int {
        try self.database.run("UPDATE grants SET revoked_at = ? WHERE client = ? AND revoked_at IS NULL", now, client)
    }
}

extension Grant {
    /// From the columns of its table, or from the first of a longer row.
    init(_ row: inout Row) throws(StoreError) {
        self.init(
            id: try row.next(),
            user: try row.next(),
            client: try row.next(),
            scopes: try row.next(),
            resources: try row.next(),
            session: try row.next(),
            authenticated: try row.next(),
            authenticationContext: try row.next(),
            created: try row.next(),
            expires: try row.next(),
            revoked: try row.next()
        )
    }
}
