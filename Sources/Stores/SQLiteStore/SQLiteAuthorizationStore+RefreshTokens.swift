internal import Bytes
public import Cryptography

extension SQLiteAuthorizationStore: RefreshTokenStore {
    public func rotateRefreshToken(
        _ rotation: RefreshRotation,
        at now: Timestamp
    ) throws(StoreError) -> RefreshOutcome {
        try self.write(at: now) { () throws(StoreError) in
            if let token = try self.claim(rotation, at: now) { return try self.succeed(token, rotation, at: now) }
            return try self.judgeRepetition(rotation, at: now)
        }
    }

    public func refreshToken(
        _ digest: SecretDigest,
        at now: Timestamp
    ) throws(StoreError) -> (token: RefreshToken, grant: Grant)? {
        let token = try self.database.first(
            """
            SELECT digest, grant_id, idle_expires_at, expires_at, key_thumbprint FROM refresh_tokens
            WHERE digest = ?1 AND successor IS NULL AND idle_expires_at > ?2 AND expires_at > ?2
            """,
            digest,
            now,
            read: RefreshToken.init
        )
        guard let token, let grant = try self.liveGrant(token.grant, at: now) else { return nil }
        return (token, grant)
    }

    // MARK: - Rotation

    /// The one statement that decides who rotates: it names the successor if the token has none.
    private func claim(_ rotation: RefreshRotation, at now: Timestamp) throws(StoreError) -> RefreshToken? {
        let hasGrace = rotation.grace > .zero
        return try self.database.first(
            """
            UPDATE refresh_tokens SET successor = ?1, rotated_at = ?2, sealed_successor = ?3, sealed_until = ?4
            WHERE digest = ?5 AND successor IS NULL AND idle_expires_at > ?2 AND expires_at > ?2
            AND key_thumbprint IS ?6 AND grant_id IN
            (SELECT id FROM grants WHERE id = grant_id AND client = ?7 AND revoked_at IS NULL AND expires_at > ?2)
            RETURNING digest, grant_id, idle_expires_at, expires_at, key_thumbprint
            """,
            rotation.successor.digest,
            now,
            hasGrace ? self.sealed(rotation) : nil,
            hasGrace ? now + rotation.grace : nil,
            rotation.presented,
            rotation.keyThumbprint,
            rotation.client,
            read: RefreshToken.init
        )
    }

    private func succeed(
        _ token: RefreshToken,
        _ rotation: RefreshRotation,
        at now: Timestamp
    ) throws(StoreError) -> RefreshOutcome {
        try self.insert(
            RefreshToken(
                digest: rotation.successor.digest,
                grant: token.grant,
                idleExpires: rotation.idleExpires,
                expires: token.expires,
                keyThumbprint: token.keyThumbprint
            )
        )
        // This token was somebody's successor and is used now: nobody gets it again.
        try self.database.run(
            "UPDATE refresh_tokens SET sealed_successor = NULL, sealed_until = NULL WHERE successor = ?",
            token.digest
        )
        guard let grant = try self.liveGrant(token.grant, at: now) else { return .unknown }
        return .rotated(rotation.successor, grant)
    }

    /// The token was not there to be rotated: the same answer once more within the grace, else the end of the chain.
    private func judgeRepetition(_ rotation: RefreshRotation, at now: Timestamp) throws(StoreError) -> RefreshOutcome {
        guard let rotated = try self.rotated(rotation), let grant = try self.liveGrant(rotated.grant, at: now) else {
            return .unknown
        }
        if let until = rotated.sealedUntil, now < until, let successor = self.opened(rotated, rotation) {
            return .repeated(successor, grant)
        }
        try self.revoke(grant.id, at: now)
        return .reused(grant.id)
    }

    private struct RotatedToken {
        let grant: GrantID
        let sealedSuccessor: SealedBox?
        let sealedUntil: Timestamp?
    }

    /// A token of this client and key that has a successor.
    private func rotated(_ rotation: RefreshRotation) throws(StoreError) -> RotatedToken? {
        try self.database.first(
            """
            SELECT grant_id, sealed_successor, sealed_until FROM refresh_tokens JOIN grants ON grants.id = grant_id
            WHERE digest = ? AND successor IS NOT NULL AND key_thumbprint IS ? AND client = ?
            """,
            rotation.presented,
            rotation.keyThumbprint,
            rotation.client
        ) { row throws(StoreError) in
            RotatedToken(grant: try row.next(), sealedSuccessor: try row.next(), sealedUntil: try row.next())
        }
    }

    // MARK: - Sealing

    private func sealed(_ rotation: RefreshRotation) -> SealedBox {
        let row = Self.row(rotation.presented)
        return SealedBox(self.ring.seal(rotation.successor.text.utf8Span.span, associatedData: row.span))
    }

    private func opened(_ token: RotatedToken, _ rotation: RefreshRotation) -> RandomSecret? {
        guard let box = token.sealedSuccessor else { return nil }
        let row = Self.row(rotation.presented)
        return self.ring.open(box.bytes.span, associatedData: row.span).map { RandomSecret(text: $0.span.string) }
    }

    /// Where the box lies: it opens nowhere else.
    private static func row(_ digest: SecretDigest) -> [UInt8] { Array("refresh_tokens/\(digest)".utf8) }

    // MARK: - Inside a transaction

    func insert(_ token: RefreshToken) throws(StoreError) {
        try self.database.run(
            """
            INSERT INTO refresh_tokens (digest, grant_id, idle_expires_at, expires_at, key_thumbprint)
            VALUES (?, ?, ?, ?, ?)
            """,
            token.digest,
            token.grant,
            token.idleExpires,
            token.expires,
            token.keyThumbprint
        )
    }
}

extension RefreshToken {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        self.init(
            digest: try row.next(),
            grant: try row.next(),
            idleExpires: try row.next(),
            expires: try row.next(),
            keyThumbprint: try row.next()
        )
    }
}
