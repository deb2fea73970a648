public import Cryptography

extension SQLiteAuthorizationStore: AuthorizationCodeStore {
    public func addCode(
        _ code: AuthorizationCode,
        consuming pushed: SecretDigest? = nil,
        remembering consent: Consent? = nil,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            guard try self.consume(pushed, client: code.grant.client, at: now) else { return false }
            if let consent { try self.remember(consent) }
            try self.insert(code.grant)
            try self.insert(code)
            return true
        }
    }

    public func redeemCode(
        _ digest: SecretDigest,
        client: String,
        grantExpires: Timestamp,
        issuing token: FirstRefreshToken? = nil,
        at now: Timestamp
    ) throws(StoreError) -> CodeRedemption {
        try self.write(at: now) { () throws(StoreError) in
            if let code = try self.consumeCode(digest, client: client, at: now) {
                guard let grant = try self.establish(code.grant, until: grantExpires, issuing: token) else {
                    return .unknown
                }
                return .first(code.joined(with: grant, digest: digest))
            }
            guard let grant = try self.redeemedGrant(ofCode: digest, client: client) else { return .unknown }
            // RFC 6749, section 4.1.2: what was issued on a code that comes twice is revoked.
            try self.revoke(grant, at: now)
            return .again(grant)
        }
    }

    // MARK: - Private details

    private struct ConsumedCode {
        let grant: GrantID
        let redirectURI: String?
        let challenge: String
        let nonce: String?
        let keyThumbprint: String?
        let expires: Timestamp

        func joined(with grant: Grant, digest: SecretDigest) -> AuthorizationCode {
            AuthorizationCode(
                digest: digest,
                grant: grant,
                redirectURI: self.redirectURI,
                challenge: self.challenge,
                nonce: self.nonce,
                keyThumbprint: self.keyThumbprint,
                expires: self.expires
            )
        }
    }

    private func insert(_ code: AuthorizationCode) throws(StoreError) {
        try self.database.run(
            """
            INSERT INTO authorization_codes (digest, grant_id, redirect_uri, challenge, nonce, key_thumbprint,
            expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            code.digest,
            code.grant.id,
            code.redirectURI,
            code.challenge,
            code.nonce,
            code.keyThumbprint,
            code.expires
        )
    }

    /// The one statement that decides who was first.
    private func consumeCode(
        _ digest: SecretDigest,
        client: String,
        at now: Timestamp
    ) throws(StoreError) -> ConsumedCode? {
        try self.database.first(
            """
            UPDATE authorization_codes SET redeemed_at = ?1
            WHERE digest = ?2 AND redeemed_at IS NULL AND expires_at > ?1
            AND grant_id IN (SELECT id FROM grants WHERE client = ?3 AND id = grant_id AND revoked_at IS NULL)
            RETURNING grant_id, redirect_uri, challenge, nonce, key_thumbprint, expires_at
            """,
            now,
            digest,
            client
        ) { row throws(StoreError) in
            ConsumedCode(
                grant: try row.next(),
                redirectURI: try row.next(),
                challenge: try row.next(),
                nonce: try row.next(),
                keyThumbprint: try row.next(),
                expires: try row.next()
            )
        }
    }

    private func redeemedGrant(ofCode digest: SecretDigest, client: String) throws(StoreError) -> GrantID? {
        try self.database.first(
            """
            SELECT grants.id FROM authorization_codes JOIN grants ON grants.id = grant_id
            WHERE digest = ? AND redeemed_at IS NOT NULL AND client = ?
            """,
            digest,
            client
        ) { row throws(StoreError) in try row.next() }
    }
}
