internal import Cryptography

extension SQLiteAuthorizationStore: SigningKeyStore {
    public func signingKeys(at now: Timestamp) throws(StoreError) -> [StoredSigningKey] {
        let keys = try self.database.all(
            """
            SELECT key_id, algorithm, sealed_key, created_at, published_since, signs_from, retires_at FROM signing_keys
            WHERE retires_at IS NULL OR retires_at > ? ORDER BY created_at, rowid
            """,
            now
        ) { row throws(StoreError) in try self.signingKey(&row) }
        self.openedKeys = self.openedKeys.filter { opened in keys.contains { $0.keyID == opened.key } }
        return keys
    }

    public func addFirstSigningKey(_ key: StoredSigningKey, at now: Timestamp) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            let signing = try self.database.first("SELECT key_id FROM signing_keys WHERE retires_at IS NULL") {
                row throws(StoreError) in try row.next(String.self)
            }
            guard signing == nil else { return false }
            try self.insert(key)
            return true
        }
    }

    public func rotateSigningKeys(
        to key: StoredSigningKey,
        retirement: Timestamp,
        at now: Timestamp
    ) throws(StoreError) {
        try self.write(at: now) { () throws(StoreError) in
            try self.database.run(
                "UPDATE signing_keys SET retires_at = ?1 WHERE retires_at IS NULL OR retires_at > ?1",
                retirement
            )
            try self.insert(key)
        }
    }

    // MARK: - Private details

    private func insert(_ key: StoredSigningKey) throws(StoreError) {
        let (secret, row) = (key.privateKey.pkcs8(), Self.row(key.keyID))
        try self.database.run(
            """
            INSERT INTO signing_keys (key_id, algorithm, sealed_key, created_at, published_since, signs_from,
            retires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            key.keyID,
            key.algorithm,
            SealedBox(self.ring.seal(secret.span, associatedData: row.span)),
            key.created,
            key.publishedSince,
            key.signsFrom,
            key.retires
        )
    }

    private func signingKey(_ row: inout Row) throws(StoreError) -> StoredSigningKey {
        let keyID: String = try row.next()
        return StoredSigningKey(
            keyID: keyID,
            algorithm: try row.next(),
            privateKey: try self.privateKey(keyID, box: try row.next()),
            created: try row.next(),
            publishedSince: try row.next(),
            signsFrom: try row.next(),
            retires: try row.next()
        )
    }

    private func privateKey(_ keyID: String, box: SealedBox) throws(StoreError) -> PrivateKey {
        if let opened = self.openedKeys[keyID], opened.box == box { return opened.key }
        let row = Self.row(keyID)
        guard let secret = self.ring.open(box.bytes.span, associatedData: row.span) else {
            throw .other("signing key \(keyID) was sealed with another key, or was changed")
        }
        do {
            let key = try PrivateKey(pkcs8: secret.span)
            self.openedKeys[keyID] = (box, key)
            return key
        } catch {
            throw .corrupt("signing key \(keyID): \(error)")
        }
    }

    /// Where the box lies: it opens nowhere else.
    private static func row(_ keyID: String) -> [UInt8] { Array("signing_keys/\(keyID)".utf8) }
}
