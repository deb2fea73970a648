internal import Bytes
public import Cryptography

/// The name of a grant. It stands in access tokens, so that they can be refused when the grant is revoked; no secret.
public struct GrantID: Sendable, Hashable {
    public let text: String

    /// 128 bits.
    public static let byteCount = 16

    /// A fresh one.
    public init() { self.init(random: Randomness.bytes(count: Self.byteCount)) }

    /// One of `byteCount` random bytes.
    public init(random: [UInt8]) { self.text = Base64URL.encode(random) }

    public init(text: String) { self.text = text }
}

/// What a user, or a client for itself, has allowed a client: the root of all codes and tokens that come of it.
public struct Grant: Sendable, Equatable {
    public let id: GrantID
    /// Nil if the client acts for itself (RFC 6749, section 4.4).
    public let user: String?
    public let client: String
    public let scopes: [String]
    /// RFC 8707, section 2.
    public let resources: [String]
    /// The browser's session in which it was allowed. It ends with it.
    public let session: String?
    /// When and how the user was authenticated: `auth_time` and `acr` (OpenID Connect Core, section 2).
    public let authenticated: Timestamp?
    public let authenticationContext: String?
    public let created: Timestamp
    /// When nothing that came of it is valid any more, access tokens included. Then it is forgotten.
    public let expires: Timestamp
    public let revoked: Timestamp?

    public init(
        id: GrantID = GrantID(),
        user: String?,
        client: String,
        scopes: [String],
        resources: [String] = [],
        session: String? = nil,
        authenticated: Timestamp? = nil,
        authenticationContext: String? = nil,
        created: Timestamp,
        expires: Timestamp,
        revoked: Timestamp? = nil
    ) {
        self.id = id
        self.user = user
        self.client = client
        self.scopes = scopes
        self.resources = resources
        self.session = session
        self.authenticated = authenticated
        self.authenticationContext = authenticationContext
        self.created = created
        self.expires = expires
        self.revoked = revoked
    }
}

/// What a client presents to get tokens of a grant.
public enum GrantCredential: Sendable {
    case code(SecretDigest)
    case refreshToken(SecretDigest)
    case deviceCode(SecretDigest)
}

/// A grant whose access tokens are refused from now on.
public struct RevokedGrant: Sendable, Equatable {
    public let id: GrantID
    public let revoked: Timestamp

    public init(id: GrantID, revoked: Timestamp) {
        self.id = id
        self.revoked = revoked
    }
}

/// Revoked grants in the order in which they were committed.
public struct RevocationPage: Sendable, Equatable {
    public let grants: [RevokedGrant]
    /// What to ask after for those that follow.
    public let position: Int64
    /// Whether none follows as yet.
    public let isLast: Bool

    public init(grants: [RevokedGrant], position: Int64, isLast: Bool) {
        self.grants = grants
        self.position = position
        self.isLast = isLast
    }
}

/// The users and clients that hold something which counts: grants, sessions, consents. Users with sign-ins alone are
/// among them.
public struct GrantHolders: Sendable, Equatable {
    public let users: [String]
    public let clients: [String]
}

/// What was revoked, for those who follow it.
public protocol RevocationStore {
    /// The next grants that were revoked, `limit` at the most: those after `position`, 0 being before the first, and at
    /// `since` or later by the clock of who revoked them. When there is none it costs one look at the end of an index.
    func revocations(after position: Int64, since: Timestamp, limit: Int) throws(StoreError) -> RevocationPage
}

/// Grants and their end.
public protocol GrantStore: RevocationStore {
    /// Keeps a grant that no code and no device stands for, as of client credentials, with its first refresh token.
    func addGrant(_ grant: Grant, issuing token: FirstRefreshToken?, at now: Timestamp) throws(StoreError)

    /// Keeps a grant whose token answers an authorization request at once, with all that `addCode` does for a code.
    func addGrant(
        _ grant: Grant,
        consuming pushed: SecretDigest?,
        remembering consent: Consent?,
        at now: Timestamp
    ) throws(StoreError) -> Bool

    /// A grant, also a revoked one; nil if it is unknown or over.
    func grant(_ id: GrantID, at now: Timestamp) throws(StoreError) -> Grant?

    /// The grant behind what `client` is about to present, whatever has become of both. Nil if there is none, or it is
    /// another client's. Changes nothing: with it, all can be read that the answer needs before something is used up.
    func grant(behind credential: GrantCredential, client: String) throws(StoreError) -> Grant?

    /// What counts of a user's grants, the newest first.
    func grants(ofUser user: String, at now: Timestamp) throws(StoreError) -> [Grant]

    /// Who holds something that counts: what is missing in the policy after a reload loses them.
    func grantHolders(at now: Timestamp) throws(StoreError) -> GrantHolders

    /// False if it is unknown, or was revoked before.
    func revokeGrant(_ id: GrantID, at now: Timestamp) throws(StoreError) -> Bool

    /// Returns how many there were.
    @discardableResult
    func revokeGrants(ofUser user: String, at now: Timestamp) throws(StoreError) -> Int

    /// Returns how many there were.
    @discardableResult
    func revokeGrants(ofClient client: String, at now: Timestamp) throws(StoreError) -> Int

    /// RFC 7009, section 2.1: the grant behind a refresh token of `client`, also one that was rotated. Nil if there is
    /// none; that is no error (section 2.2).
    func revokeGrant(
        ofRefreshToken digest: SecretDigest,
        client: String,
        at now: Timestamp
    ) throws(StoreError) -> GrantID?
}
