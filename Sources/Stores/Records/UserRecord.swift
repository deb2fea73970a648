public import Cryptography
public import JOSE

/// A user who is kept in the store rather than in the policy.
public struct UserRecord: Sendable {
    /// What they sign in with, and the `sub` of their tokens.
    public let name: String
    public let passwordHash: PasswordHash
    /// OpenID Connect Core, section 5.1: `name`, `email` and `email_verified`.
    public let displayName: String?
    public let email: String?
    public let isEmailVerified: Bool
    public let groups: [String]
    /// Further claims: an object.
    public let claims: JSONValue
    public let created: Timestamp
    public let passwordChanged: Timestamp

    public init(
        name: String,
        passwordHash: PasswordHash,
        displayName: String? = nil,
        email: String? = nil,
        isEmailVerified: Bool = false,
        groups: [String] = [],
        claims: JSONValue = .object([]),
        created: Timestamp,
        passwordChanged: Timestamp? = nil
    ) {
        self.name = name
        self.passwordHash = passwordHash
        self.displayName = displayName
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.groups = groups
        self.claims = claims
        self.created = created
        self.passwordChanged = passwordChanged ?? created
    }
}

/// One attempt to sign in, for the user to look at.
public struct SignIn: Sendable, Equatable {
    public let user: String
    public let time: Timestamp
    public let succeeded: Bool
    public let network: String
    public let userAgent: String

    public init(user: String, time: Timestamp, succeeded: Bool, network: String, userAgent: String) {
        self.user = user
        self.time = time
        self.succeeded = succeeded
        self.network = network
        self.userAgent = userAgent
    }
}

/// Which password a user of the policy has, and nothing that tells it.
public struct PolicyPassword: Sendable {
    public let user: String
    /// Of the slow hash, to see that it has changed.
    public let digest: SecretDigest

    public init(user: String, hash: PasswordHash) {
        self.init(user: user, digest: SecretDigest(of: hash.text))
    }

    init(user: String, digest: SecretDigest) {
        self.user = user
        self.digest = digest
    }
}

/// Users and what they may look up of themselves.
public protocol UserStore {
    /// False if the name is taken.
    func addUser(_ user: UserRecord) throws(StoreError) -> Bool
    func user(named name: String) throws(StoreError) -> UserRecord?
    /// In the order of their names.
    func users() throws(StoreError) -> [UserRecord]
    /// A hash of each kind and cost that users have, whoever's it is.
    func passwordHashForms() throws(StoreError) -> [PasswordHash]

    /// Ends all sessions and grants of the user but the session in which it was asked for. False without such a user.
    func setPassword(
        _ hash: PasswordHash,
        ofUser name: String,
        keepingSession session: String?,
        at now: Timestamp
    ) throws(StoreError) -> Bool

    /// Takes over which password each user of the policy has. Who had another one before, whenever that was, or is in the
    /// policy no longer, is signed out everywhere.
    func adoptPolicyPasswords(_ passwords: [PolicyPassword], at now: Timestamp) throws(StoreError)

    /// Ends all sessions and grants, too. False without such a user.
    func removeUser(named name: String, at now: Timestamp) throws(StoreError) -> Bool

    /// Keeps them in their order, and of each user the newest, `SQLiteAuthorizationStore.keptSignIns`.
    func recordSignIns(_ signIns: [SignIn], at now: Timestamp) throws(StoreError)
    /// The newest first.
    func signIns(ofUser user: String, limit: Int) throws(StoreError) -> [SignIn]
}
