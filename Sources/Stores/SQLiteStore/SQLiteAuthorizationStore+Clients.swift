extension SQLiteAuthorizationStore: ClientStore {
    public func addClient(_ client: ClientRecord) throws(StoreError) -> Bool {
        try self.insert(client)
    }

    public func client(named name: String) throws(StoreError) -> ClientRecord? {
        try self.database.first(
            """
            SELECT name, origin, display_name, secret, key_set, redirect_uris, post_logout_redirect_uris,
            grants, scopes, introspects, requires_pushed_requests, created_at FROM clients WHERE name = ?
            """,
            name,
            read: ClientRecord.init
        )
    }

    public func clientsVersion() throws(StoreError) -> ClientsVersion {
        let others = try self.database.first("PRAGMA data_version") { row throws(StoreError) in
            try row.next(Int64.self)
        }
        return ClientsVersion(others: others ?? 0, own: self.clientChanges)
    }

    public func clients() throws(StoreError) -> [ClientRecord] {
        try self.database.all(
            """
            SELECT name, origin, display_name, secret, key_set, redirect_uris, post_logout_redirect_uris,
            grants, scopes, introspects, requires_pushed_requests, created_at FROM clients ORDER BY name
            """,
            read: ClientRecord.init
        )
    }

    public func removeClient(named name: String, at now: Timestamp) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            self.clientChanges += 1
            guard try self.database.run("DELETE FROM clients WHERE name = ?", name) == 1 else { return false }
            try self.revokeAll(ofClient: name, at: now)
            try self.database.run("DELETE FROM consents WHERE client = ?", name)
            return true
        }
    }

    /// False if the name is taken.
    func insert(_ client: ClientRecord) throws(StoreError) -> Bool {
        self.clientChanges += 1
        return try self.database.run(
            """
            INSERT INTO clients (name, origin, display_name, secret, key_set, redirect_uris,
            post_logout_redirect_uris, grants, scopes, introspects, requires_pushed_requests, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING
            """,
            client.name,
            client.origin,
            client.displayName,
            client.secret,
            client.keySet,
            client.redirectURIs,
            client.postLogoutRedirectURIs,
            client.grants,
            client.scopes,
            client.introspects,
            client.requiresPushedRequests,
            client.created
        ) == 1
    }
}

extension ClientRecord {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        self.name = try row.next()
        self.origin = try row.next()
        self.displayName = try row.next()
        self.secret = try row.next()
        self.keySet = try row.next()
        self.redirectURIs = try row.next()
        self.postLogoutRedirectURIs = try row.next()
        self.grants = try row.next()
        self.scopes = try row.next()
        self.introspects = try row.next()
        self.requiresPushedRequests = try row.next()
        self.created = try row.next()
    }
}
