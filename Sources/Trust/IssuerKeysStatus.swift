/// What is known of one issuer's keys at one moment: for `/readyz`, `/metrics`, `/api/issuers` and `keys list`. Values
/// alone, so that it may go anywhere. Times are seconds since 1970.
public struct IssuerKeysStatus: Sendable, Equatable {
    /// The issuer's name in the policy.
    public var issuer: String
    public var source: Source
    /// Whether there is a set, even an empty one. Without one the issuer is degraded: its tokens get 503.
    public var hasSet = false
    /// The usable keys of the set, in its order.
    public var keys: [KeyStatus] = []
    /// When keys were last obtained.
    public var lastFetch: Int64?
    /// When they will be asked for again; nil while a fetch is under way, and for keys that the policy holds.
    public var nextRefresh: Int64?
    /// Why the latest fetch failed, in words; nil when it did not.
    public var lastError: String?
    /// Seconds since the set was obtained; nil without one, and for keys that the policy holds.
    public var age: Double?
    /// Failed fetches by reason, since the start.
    public var failures: [FailureCount] = []
    /// Whether the first fetch has come to an end, good or bad. Readiness waits for it.
    public var hasEndedFirstFetch = false

    public init(issuer: String, source: Source) {
        self.issuer = issuer
        self.source = source
    }

    /// Where the keys come from.
    public enum Source: String, Sendable {
        case discovery
        case url
        /// The policy itself, or files that it names.
        case policy
        /// The authorization server in this process.
        case embedded
    }

    public struct FailureCount: Sendable, Equatable {
        /// A word of a fixed list: see `KeyFetchFailure.reason`.
        public var reason: String
        public var count: UInt64

        public init(reason: String, count: UInt64) {
            self.reason = reason
            self.count = count
        }
    }
}

/// One key of an issuer.
public struct KeyStatus: Sendable, Equatable {
    /// `kid`.
    public var keyID: String?
    /// The algorithm that it is bound to, or those of the issuer's that it fits, separated by a space.
    public var algorithm: String
    /// RFC 7638, SHA-256.
    public var thumbprint: String
    public var firstSeen: Int64
    public var lastSeen: Int64
    /// When it last verified a token that passed; nil: not yet.
    public var lastUsed: Int64?

    public init(keyID: String?, algorithm: String, thumbprint: String, firstSeen: Int64, lastSeen: Int64) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.thumbprint = thumbprint
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}

/// When each key last verified a token that passed, in seconds since 1970: by the issuer's name, then by thumbprint.
public typealias KeyUses = [String: [String: Int64]]
