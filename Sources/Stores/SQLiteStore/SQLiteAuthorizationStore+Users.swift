public import Cryptography

extension SQLiteAuthorizationStore: UserStore {
    public func addUser(_ user: UserRecord) throws(StoreError) -> Bool {
        try self.database.run(
            """
            INSERT INTO users (name, password_hash, display_name, email, email_verified, groups, claims,
            created_at, password_changed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING
            """,
            user.name,
            user.passwordHash,
            user.displayName,
            user.email,
            user.isEmailVerified,
            user.groups,
            user.claims,
            user.created,
            user.passwordChanged
        ) == 1
    }

    public func user(named name: String) throws(StoreError) -> UserRecord? {
        try self.database.first(
            """
            SELECT name, password_hash, display_name, email, email_verified, groups, claims, created_at,
            password_changed_at FROM users WHERE name = ?
            """,
            name,
            read: UserRecord.init
        )
    }

    public func users() throws(StoreError) -> [UserRecord] {
        try self.database.all(
            """
            SELECT name, password_hash, display_name, email, email_verified, groups, claims, created_at,
            password_changed_at FROM users ORDER BY name
            """,
            read: UserRecord.init
        )
    }

    public func passwordHashForms() throws(StoreError) -> [PasswordHash] {
        // `$2b$12$` and `$y$j9T$`: what stands before the salt is seven letters in both.
        try self.database.all("SELECT min(password_hash) FROM users GROUP BY substr(password_hash, 1, 7) LIMIT 16") {
            row throws(StoreError) in try row.next(PasswordHash.self)
        }
    }

    public func setPassword(
        _ hash: PasswordHash,
        ofUser name: String,
        keepingSession session: String?,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            let changed = try self.database.run(
                "UPDATE users SET password_hash = ?, password_changed_at = ? WHERE name = ?",
                hash,
                now,
                name
            )
            guard changed == 1 else { return false }
            // RFC 9700, section 4.14.2: refresh tokens are revoked when the password changes.
            try self.database.run(
                "UPDATE grants SET revoked_at = ? WHERE user = ? AND revoked_at IS NULL AND session IS NOT ?",
                now,
                name,
                session ?? ""
            )
            try self.database.run("DELETE FROM sessions WHERE user = ? AND id IS NOT ?", name, session)
            return true
        }
    }

    public func removeUser(named name: String, at now: Timestamp) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            guard try self.database.run("DELETE FROM users WHERE name = ?", name) == 1 else { return false }
            try self.revokeAll(ofUser: name, at: now)
            try self.database.run("DELETE FROM sessions WHERE user = ?", name)
            try self.database.run("DELETE FROM consents WHERE user = ?", name)
            try self.database.run("DELETE FROM sign_ins WHERE user = ?", name)
            return true
        }
    }

    public func recordSignIns(_ signIns: [SignIn], at now: Timestamp) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            for signIn in signIns { try self.record(signIn) }
        }
    }

    private func record(_ signIn: SignIn) throws(StoreError) {
        try self.database.run(
            "INSERT INTO sign_ins (user, time, succeeded, network, user_agent) VALUES (?, ?, ?, ?, ?)",
            signIn.user,
            signIn.time,
            signIn.succeeded,
            signIn.network,
            signIn.userAgent
        )
        try self.database.run(
            """
            DELETE FROM sign_ins WHERE user = ?1 AND id <=
            (SELECT id FROM sign_ins WHERE user = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
            """,
            signIn.user,
            Self.keptSignIns
        )
    }

    public func signIns(ofUser user: String, limit: Int) throws(StoreError) -> [SignIn] {
        try self.database.all(
            "SELECT user, time, succeeded, network, user_agent FROM sign_ins WHERE user = ? ORDER BY id DESC LIMIT ?",
            user,
            Int64(limit)
        ) { row throws(StoreError) in
            SignIn(
                user: try row.next(),
                time: try row.next(),
                succeeded: try row.next(),
                network: try row.next(),
                userAgent: try row.next()
            )
        }
    }
}

extension UserRecord {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        self.init(
            name: try row.next(),
            passwordHash: try row.next(),
            displayName: try row.next(),
            email: try row.next(),
            isEmailVerified: try row.next(),
            groups: try row.next(),
            claims: try row.next(),
            created: try row.next(),
            passwordChanged: try row.next(Timestamp.self)
        )
    }
}
