public import Cryptography

/// A refresh token, one link of a chain that begins with its grant (RFC 9700, section 4.14).
public struct RefreshToken: Sendable, Equatable {
    public let digest: SecretDigest
    public let grant: GrantID
    /// When it is over unless it is used.
    public let idleExpires: Timestamp
    /// When the chain is over. No rotation changes it.
    public let expires: Timestamp
    /// The RFC 7638 thumbprint of the key that it is bound to (RFC 9449, section 5); nil if it is not.
    public let keyThumbprint: String?

    public init(
        digest: SecretDigest,
        grant: GrantID,
        idleExpires: Timestamp,
        expires: Timestamp,
        keyThumbprint: String? = nil
    ) {
        self.digest = digest
        self.grant = grant
        self.idleExpires = idleExpires
        self.expires = expires
        self.keyThumbprint = keyThumbprint
    }
}

/// The refresh token that a grant begins with, for a verb that finds or makes the grant itself.
public struct FirstRefreshToken: Sendable, Equatable {
    public let digest: SecretDigest
    public let idleExpires: Timestamp
    public let expires: Timestamp
    public let keyThumbprint: String?

    public init(digest: SecretDigest, idleExpires: Timestamp, expires: Timestamp, keyThumbprint: String? = nil) {
        self.digest = digest
        self.idleExpires = idleExpires
        self.expires = expires
        self.keyThumbprint = keyThumbprint
    }

    func of(_ grant: GrantID) -> RefreshToken {
        RefreshToken(
            digest: self.digest,
            grant: grant,
            idleExpires: self.idleExpires,
            expires: self.expires,
            keyThumbprint: self.keyThumbprint
        )
    }
}

/// A wish to exchange a refresh token for its successor.
public struct RefreshRotation: Sendable {
    public let presented: SecretDigest
    public let client: String
    /// Of the key that was proven with the request.
    public let keyThumbprint: String?
    /// Used unless the presented token has a successor already.
    public let successor: RandomSecret
    public let idleExpires: Timestamp
    /// For how long the predecessor, presented again, gives the same successor. Zero: not at all.
    public let grace: Duration

    public init(
        presented: SecretDigest,
        client: String,
        keyThumbprint: String? = nil,
        successor: RandomSecret = RandomSecret(),
        idleExpires: Timestamp,
        grace: Duration
    ) {
        self.presented = presented
        self.client = client
        self.keyThumbprint = keyThumbprint
        self.successor = successor
        self.idleExpires = idleExpires
        self.grace = grace
    }
}

/// What became of it.
public enum RefreshOutcome: Sendable {
    /// The token and its successor.
    case rotated(RandomSecret, Grant)
    /// Presented again within the grace, and the successor is unused: the same successor.
    case repeated(RandomSecret, Grant)
    /// Presented after the grace, or after its successor was used. The grant is revoked (RFC 9700, section 4.14.2).
    case reused(GrantID)
    /// Never issued, expired, revoked, another client's, or bound to another key.
    case unknown
}

/// Refresh tokens. One has at most one successor, whoever asks at whatever time. The first of a grant comes with what
/// establishes the grant.
public protocol RefreshTokenStore {
    /// Exchanges a token for its successor in one step.
    func rotateRefreshToken(_ rotation: RefreshRotation, at now: Timestamp) throws(StoreError) -> RefreshOutcome

    /// A token that could be rotated now, with its grant; nil for any other (RFC 7662, section 2.2: `active`).
    func refreshToken(
        _ digest: SecretDigest,
        at now: Timestamp
    ) throws(StoreError) -> (token: RefreshToken, grant: Grant)?
}
