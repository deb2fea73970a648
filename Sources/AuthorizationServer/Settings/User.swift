public import Bytes
public import Cryptography
public import JOSE
internal import Stores

/// A person as the server knows them, of the policy or of the store.
public struct User: Sendable, Equatable {
    /// What they sign in with, and the `sub` of their tokens. Has no `:`, which marks clients.
    @Exact public var name: String
    public var passwordHash: PasswordHash
    /// OpenID Connect Core, section 5.1: `name`, `email` and `email_verified`.
    @Exact public var displayName: String?
    @Exact public var email: String?
    public var isEmailVerified = false
    @Exact public var groups: [String] = []
    /// Further claims: an object without registered names.
    public var claims: JSONValue = .object([])
    /// Whether the store keeps them, so that they can change their password themselves.
    public var isStored = false

    public init(name: String, passwordHash: PasswordHash) {
        self.name = name
        self.passwordHash = passwordHash
    }

    init(_ record: UserRecord) {
        self.init(name: record.name, passwordHash: record.passwordHash)
        self.displayName = record.displayName
        self.email = record.email
        self.isEmailVerified = record.isEmailVerified
        self.groups = record.groups
        self.claims = record.claims
        self.isStored = true
    }

    public static func == (one: User, other: User) -> Bool {
        one._name == other._name && one.passwordHash.text.hasSameBytes(as: other.passwordHash.text)
            && one._displayName == other._displayName && one._email == other._email
            && one.isEmailVerified == other.isEmailVerified && one._groups == other._groups
            && one.claims == other.claims && one.isStored == other.isStored
    }
}
