public import JOSE

/// What the owner of an issuer's keys tells the workers, who each prepare keys of their own from it.
public struct KeyUpdate: Sendable {
    /// The issuer's name in the policy.
    public let issuer: String
    /// Nil: there is no set, or the last one has become too old to be believed.
    public let keys: JSONWebKeySet?
    /// Counts the sets of this issuer.
    public let generation: UInt64

    public init(issuer: String, keys: JSONWebKeySet?, generation: UInt64) {
        self.issuer = issuer
        self.keys = keys
        self.generation = generation
    }
}

/// A worker's wish for keys.
public struct KeyRequest: Sendable {
    public let issuer: String
    /// A set is there, but has no key for the token.
    public let isForUnknownKey: Bool

    public init(issuer: String, isForUnknownKey: Bool) {
        self.issuer = issuer
        self.isForUnknownKey = isForUnknownKey
    }
}
