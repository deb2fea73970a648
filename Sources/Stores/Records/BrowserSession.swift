public import Cryptography

/// A browser in which a user is signed in.
public struct BrowserSession: Sendable, Equatable {
    /// Its public name, the `sid` of ID tokens (OpenID Connect Back-Channel Logout, section 2.1).
    public let id: String
    /// Of the cookie.
    public let digest: SecretDigest
    public let user: String
    public let authenticated: Timestamp
    public let authenticationContext: String?
    public let idleExpires: Timestamp
    public let expires: Timestamp

    public init(
        id: String,
        digest: SecretDigest,
        user: String,
        authenticated: Timestamp,
        authenticationContext: String? = nil,
        idleExpires: Timestamp,
        expires: Timestamp
    ) {
        self.id = id
        self.digest = digest
        self.user = user
        self.authenticated = authenticated
        self.authenticationContext = authenticationContext
        self.idleExpires = idleExpires
        self.expires = expires
    }
}

/// What a user has allowed a client, to be remembered.
public struct Consent: Sendable, Equatable {
    public let user: String
    public let client: String
    public let scopes: [String]
    public let given: Timestamp

    public init(user: String, client: String, scopes: [String], given: Timestamp) {
        self.user = user
        self.client = client
        self.scopes = scopes
        self.given = given
    }
}

/// Sessions of browsers.
public protocol SessionStore {
    /// Keeps a session. The one with the digest `former`, if there is one, ends as with `endSession`; both or neither.
    func addSession(_ session: BrowserSession, ending former: SecretDigest?, at now: Timestamp) throws(StoreError)
    /// Puts a session in place of the one with `digest`, which is over: the secret is another, and what was granted in the
    /// session of the same name goes on.
    func renewSession(_ digest: SecretDigest, as session: BrowserSession, at now: Timestamp) throws(StoreError)
    /// Nil if it is unknown or over.
    func session(_ digest: SecretDigest, at now: Timestamp) throws(StoreError) -> BrowserSession?
    /// False if it is unknown or over.
    func extendSession(_ digest: SecretDigest, idleExpires: Timestamp, at now: Timestamp) throws(StoreError) -> Bool
    /// Ends a session and revokes the grants that were made in it. Nil if there was none.
    func endSession(_ digest: SecretDigest, at now: Timestamp) throws(StoreError) -> BrowserSession?
    /// Signs a user out everywhere: all sessions and all grants.
    func endSessions(ofUser user: String, at now: Timestamp) throws(StoreError)
    /// A user has left whom the store itself never kept: sessions, grants and consents end, and sign-ins are forgotten.
    func forget(user: String, at now: Timestamp) throws(StoreError)
    /// Likewise a client: its grants, and the consents to it.
    func forget(client: String, at now: Timestamp) throws(StoreError)
}

/// Consents. One is remembered together with what it was given for, in place of what was remembered for the same user and
/// client.
public protocol ConsentStore {
    func consent(ofUser user: String, toClient client: String) throws(StoreError) -> Consent?
    /// In the order of the clients' names.
    func consents(ofUser user: String) throws(StoreError) -> [Consent]
    /// Revokes the grants of both, too. False if there was neither a consent nor a grant.
    func withdrawConsent(ofUser user: String, toClient client: String, at now: Timestamp) throws(StoreError) -> Bool
}
