import Cryptography

/// Values that are kept under a name. The word stands in the key, so that one kind is never read as another.
public enum ValueKind: String, Hashable, Sendable {
    /// What a browser's session is, by the secret in its cookie.
    case session = "sessions"
    /// What a session became that is kept by its browser, for those of its requests that are still on their way.
    case refreshed
}

/// Names that one caller at a time may claim.
public enum ClaimKind: String, Hashable, Sendable {
    /// Held for as long as a piece of work takes, such as the refresh of a session's tokens.
    case lock = "locks"
    /// Held until it could not pass any more: an identifier that counts once, such as a `jti`.
    case used
}

public typealias ValueKey = StateKey<ValueKind>
public typealias ClaimKey = StateKey<ClaimKind>

/// Where something is kept. Only the SHA-256 of its name is, because names may be secrets, and because peers may choose
/// them: they are all of one length, and nobody chooses the node of a cluster.
public struct StateKey<Kind: Hashable & Sendable>: Hashable, Sendable {
    let kind: Kind
    let digest: SecretDigest

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.digest = SecretDigest(of: name)
    }
}
