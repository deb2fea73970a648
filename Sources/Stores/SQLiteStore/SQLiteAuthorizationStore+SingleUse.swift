public import Cryptography

extension SQLiteAuthorizationStore: SingleUseStore {
    public func addPushedRequest(_ request: PushedRequest, at now: Timestamp) throws(StoreError) -> Admission {
        try self.write(at: now) { () throws(StoreError) in
            let room = Room(client: request.client, source: request.source, ofClient: Self.maximumPushedRequests)
            if let full = try self.full(room, Self.waitingRequests, Self.waitingRequestsOfSource, at: now) {
                return full
            }
            let added = try self.database.run(
                """
                INSERT INTO pushed_requests (digest, client, parameters, expires_at, source)
                VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
                """,
                request.digest,
                request.client,
                request.parameters,
                request.expires,
                request.source
            )
            return added == 1 ? .kept : .nameTaken
        }
    }

    private static let waitingRequests: StaticString =
        "SELECT count(*), min(expires_at) FROM pushed_requests WHERE expires_at > ? AND client = ?"
    private static let waitingRequestsOfSource: StaticString =
        "SELECT count(*), min(expires_at) FROM pushed_requests WHERE expires_at > ? AND client = ? AND source = ?"

    public func pushedRequest(
        _ digest: SecretDigest,
        client: String,
        at now: Timestamp
    ) throws(StoreError) -> PushedRequest? {
        try self.database.first(
            """
            SELECT digest, client, parameters, expires_at, source
            FROM pushed_requests WHERE digest = ? AND client = ? AND expires_at > ?
            """,
            digest,
            client,
            now,
            read: PushedRequest.init
        )
    }

    public func useTokenID(
        _ id: String,
        in space: TokenIDSpace,
        owner: String,
        expires: Timestamp,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        // One column for both: the length of the owner tells where it ends.
        let digest = SecretDigest(of: "\(owner.utf8.count):\(owner):\(id)")
        let statement: StaticString =
            switch space {
            case .clientAssertion:
                "INSERT INTO client_assertion_ids (digest, expires_at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
            case .proof: "INSERT INTO proof_ids (digest, expires_at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
            }
        return try self.write(at: now) { () throws(StoreError) in
            try self.database.run(statement, digest, expires) == 1
        }
    }

    // MARK: - Registration

    public func addInitialAccessToken(_ token: InitialAccessToken, at now: Timestamp) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            try self.database.run(
                "INSERT INTO initial_access_tokens (digest, scopes, remaining_uses, expires_at) VALUES (?, ?, ?, ?)",
                token.digest,
                token.scopes,
                token.remainingUses,
                token.expires
            )
        }
    }

    public func initialAccessToken(
        _ digest: SecretDigest,
        at now: Timestamp
    ) throws(StoreError) -> InitialAccessToken? {
        try self.database.first(
            """
            SELECT digest, scopes, remaining_uses, expires_at FROM initial_access_tokens
            WHERE digest = ? AND expires_at > ? AND (remaining_uses IS NULL OR remaining_uses > 0)
            """,
            digest,
            now,
            read: InitialAccessToken.init
        )
    }

    public func registerClient(
        _ client: ClientRecord,
        with token: SecretDigest,
        at now: Timestamp
    ) throws(StoreError) -> ClientRegistration {
        try self.write(at: now) { () throws(StoreError) in
            guard try self.initialAccessToken(token, at: now) != nil else { return .tokenUnknown }
            guard try self.insert(client) else { return .nameTaken }
            try self.database.run(
                "UPDATE initial_access_tokens SET remaining_uses = remaining_uses - 1 WHERE digest = ?",
                token
            )
            return .registered
        }
    }
}

// MARK: - Inside a transaction

extension SQLiteAuthorizationStore {
    /// Uses a pushed request up: of any number of attempts one is true. True as well where there is none to use up.
    func consume(_ pushed: SecretDigest?, client: String, at now: Timestamp) throws(StoreError) -> Bool {
        guard let pushed else { return true }
        return try self.database.run(
            "DELETE FROM pushed_requests WHERE digest = ? AND client = ? AND expires_at > ?",
            pushed,
            client,
            now
        ) == 1
    }
}

extension PushedRequest {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        self.init(
            digest: try row.next(),
            client: try row.next(),
            parameters: try row.next(),
            expires: try row.next(),
            source: try row.next()
        )
    }
}

extension InitialAccessToken {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        self.init(
            digest: try row.next(),
            scopes: try row.next(),
            remainingUses: try row.next(),
            expires: try row.next()
        )
    }
}
