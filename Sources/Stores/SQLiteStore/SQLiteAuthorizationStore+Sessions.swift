public import Cryptography

extension SQLiteAuthorizationStore: SessionStore {
    public func addSession(
        _ session: BrowserSession,
        ending former: SecretDigest? = nil,
        at now: Timestamp
    ) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            if let former { _ = try self.end(former, at: now) }
            try self.insert(session)
        }
    }

    public func renewSession(
        _ digest: SecretDigest,
        as session: BrowserSession,
        at now: Timestamp
    ) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            try self.database.run("DELETE FROM sessions WHERE digest = ?", digest)
            try self.insert(session)
        }
    }

    public func session(_ digest: SecretDigest, at now: Timestamp) throws(StoreError) -> BrowserSession? {
        try self.database.first(
            """
            SELECT digest, id, user, authenticated_at, authentication_context, idle_expires_at, expires_at
            FROM sessions WHERE digest = ?1 AND idle_expires_at > ?2 AND expires_at > ?2
            """,
            digest,
            now,
            read: BrowserSession.init
        )
    }

    public func extendSession(
        _ digest: SecretDigest,
        idleExpires: Timestamp,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            try self.database.run(
                """
                UPDATE sessions SET idle_expires_at = min(?3, expires_at)
                WHERE digest = ?1 AND idle_expires_at > ?2 AND expires_at > ?2
                """,
                digest,
                now,
                idleExpires
            ) == 1
        }
    }

    public func endSession(_ digest: SecretDigest, at now: Timestamp) throws(StoreError) -> BrowserSession? {
        try self.write(at: now) { () throws(StoreError) in try self.end(digest, at: now) }
    }

    public func endSessions(ofUser user: String, at now: Timestamp) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in try self.signOut(user, at: now) }
    }

    public func forget(user: String, at now: Timestamp) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            try self.signOut(user, at: now)
            try self.database.run("DELETE FROM consents WHERE user = ?", user)
            try self.database.run("DELETE FROM sign_ins WHERE user = ?", user)
        }
    }

    public func forget(client: String, at now: Timestamp) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            try self.database.run("DELETE FROM consents WHERE client = ?", client)
            try self.revokeAll(ofClient: client, at: now)
        }
    }

    // MARK: - Inside a transaction

    /// Everywhere: all sessions and all grants of a user end.
    func signOut(_ user: String, at now: Timestamp) throws(StoreError) {
        try self.database.run("DELETE FROM sessions WHERE user = ?", user)
        try self.revokeAll(ofUser: user, at: now)
    }

    private func end(_ digest: SecretDigest, at now: Timestamp) throws(StoreError) -> BrowserSession? {
        let session = try self.database.first(
            """
            DELETE FROM sessions WHERE digest = ?
            RETURNING digest, id, user, authenticated_at, authentication_context, idle_expires_at, expires_at
            """,
            digest,
            read: BrowserSession.init
        )
        guard let session else { return nil }
        try self.database.run(
            "UPDATE grants SET revoked_at = ? WHERE session = ? AND revoked_at IS NULL",
            now,
            session.id
        )
        return session
    }

    private func insert(_ session: BrowserSession) throws(StoreError) {
        try self.database.run(
            """
            INSERT INTO sessions (digest, id, user, authenticated_at, authentication_context, idle_expires_at,
            expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            session.digest,
            session.id,
            session.user,
            session.authenticated,
            session.authenticationContext,
            session.idleExpires,
            session.expires
        )
    }
}

extension SQLiteAuthorizationStore: ConsentStore {
    public func consent(ofUser user: String, toClient client: String) throws(StoreError) -> Consent? {
        try self.database.first(
            "SELECT user, client, scopes, given_at FROM consents WHERE user = ? AND client = ?",
            user,
            client,
            read: Consent.init
        )
    }

    public func consents(ofUser user: String) throws(StoreError) -> [Consent] {
        try self.database.all(
            "SELECT user, client, scopes, given_at FROM consents WHERE user = ? ORDER BY client",
            user,
            read: Consent.init
        )
    }

    public func withdrawConsent(
        ofUser user: String,
        toClient client: String,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            let revoked = try self.database.run(
                "UPDATE grants SET revoked_at = ? WHERE user = ? AND client = ? AND revoked_at IS NULL",
                now,
                user,
                client
            )
            let forgotten = try self.database.run("DELETE FROM consents WHERE user = ? AND client = ?", user, client)
            return revoked + forgotten > 0
        }
    }

    // MARK: - Inside a transaction

    func remember(_ consent: Consent) throws(StoreError) {
        try self.database.run(
            "INSERT OR REPLACE INTO consents (user, client, scopes, given_at) VALUES (?, ?, ?, ?)",
            consent.user,
            consent.client,
            consent.scopes,
            consent.given
        )
    }
}

extension BrowserSession {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        let digest: SecretDigest = try row.next()
        self.init(
            id: try row.next(),
            digest: digest,
            user: try row.next(),
            authenticated: try row.next(),
            authenticationContext: try row.next(),
            idleExpires: try row.next(),
            expires: try row.next()
        )
    }
}

extension Consent {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        self.init(user: try row.next(), client: try row.next(), scopes: try row.next(), given: try row.next())
    }
}
