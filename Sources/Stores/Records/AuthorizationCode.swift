public import Cryptography

/// An authorization code and what it is bound to (RFC 6749, section 4.1.2; RFC 9700, section 4.5).
public struct AuthorizationCode: Sendable, Equatable {
    public let digest: SecretDigest
    /// With user, client, scopes, resources and the time of authentication.
    public let grant: Grant
    /// As it stood in the request; nil if it did not.
    public let redirectURI: String?
    /// The S256 `code_challenge` (RFC 7636, section 4.2).
    public let challenge: String
    /// OpenID Connect Core, section 3.1.2.1.
    public let nonce: String?
    /// The RFC 7638 thumbprint of the key that redeems it (RFC 9449, section 10); nil if any may.
    public let keyThumbprint: String?
    public let expires: Timestamp

    public init(
        digest: SecretDigest,
        grant: Grant,
        redirectURI: String?,
        challenge: String,
        nonce: String? = nil,
        keyThumbprint: String? = nil,
        expires: Timestamp
    ) {
        self.digest = digest
        self.grant = grant
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.nonce = nonce
        self.keyThumbprint = keyThumbprint
        self.expires = expires
    }
}

/// What became of presenting a code.
public enum CodeRedemption: Sendable, Equatable {
    /// It counts now, and never again.
    case first(AuthorizationCode)
    /// It was redeemed before. The grant is revoked with all that came of it (RFC 6749, section 4.1.2).
    case again(GrantID)
    /// Never issued, expired, revoked, or another client's.
    case unknown
}

/// Authorization codes.
public protocol AuthorizationCodeStore {
    /// Keeps a code together with its grant, which must be new, uses up the pushed request that it answers (RFC 9126,
    /// section 7.3), and remembers what was allowed for it. False if the pushed request is over, another client's or used
    /// up: nothing was kept.
    func addCode(
        _ code: AuthorizationCode,
        consuming pushed: SecretDigest?,
        remembering consent: Consent?,
        at now: Timestamp
    ) throws(StoreError) -> Bool

    /// Redeems a code: of any number of attempts one is `first`. From here on the grant lasts until `grantExpires`, and
    /// has its first refresh token; one whose code nobody redeems goes with the code.
    ///
    /// What else the code is bound to (redirect URI, verifier, key) is judged by the caller afterwards: a code that was
    /// presented wrongly is used up. If it was, the caller revokes the grant.
    func redeemCode(
        _ digest: SecretDigest,
        client: String,
        grantExpires: Timestamp,
        issuing token: FirstRefreshToken?,
        at now: Timestamp
    ) throws(StoreError) -> CodeRedemption
}
