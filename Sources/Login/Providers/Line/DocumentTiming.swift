/// Decides when a document of a provider is fetched: when it is asked for and not there, or old. Times are milliseconds of
/// a clock that only moves forward.
struct DocumentTiming {
    enum Step: Equatable {
        /// The document that is there is good.
        case use
        /// Fetch; `obtained` or `failed` follows.
        case fetch
        /// A fetch is under way.
        case wait
        /// The last fetch has failed just now: its failure is the answer.
        case fail
    }

    /// The default of `key_refresh.fresh`, for the same reason: a key that is gone is accepted no longer than that.
    static let lifetime: UInt64 = 600_000
    /// After a failure. A person who tries again waits longer; a crowd does not become a flood.
    static let retry: UInt64 = 1000
    /// How long the metadata of a provider serve beyond `lifetime` while newer ones cannot be had: the default of
    /// `key_refresh.stale`.
    static let metadataPatience: UInt64 = 6 * 3_600_000
    /// After a failure while what is there serves. Who asks in between has it at once; who asks then begins the next fetch,
    /// and waits for its end with those who come meanwhile: half of a turn's time (`ProviderLine.documentEnd`).
    static let patientRetry: UInt64 = 30_000
    /// Between two fetches because of keys that nobody knows: the default of `key_refresh.unknown_kid`.
    static let pause: UInt64 = 30_000

    /// How long a document serves beyond `lifetime` while the provider cannot be reached for a newer one.
    private let patience: UInt64
    private var isFetching = false
    private var obtainedAt: UInt64?
    private var failedAt: UInt64?
    /// Whether the last failure says nothing about the document: one that was answered, and is of no use, does.
    private var wasUnreachable = false
    private var anotherAllowedAt: UInt64 = 0

    init(patience: UInt64 = 0) { self.patience = patience }

    mutating func asked(now: UInt64) -> Step {
        if let obtainedAt, now < obtainedAt + Self.lifetime { return .use }
        if let failedAt, now < failedAt + Self.patientRetry, self.serves(at: now) { return .use }
        return self.begin(now)
    }

    /// Whether the document that is there is good enough after a failure.
    func serves(at now: UInt64) -> Bool {
        guard let obtainedAt, self.wasUnreachable else { return false }
        return self.patience > 0 && now < obtainedAt + Self.lifetime + self.patience
    }

    /// The document that is there was of no use. `use`: there is no newer one to be had now.
    mutating func askedForAnother(now: UInt64) -> Step {
        guard self.isFetching || now >= self.anotherAllowedAt else { return .use }
        let step = self.begin(now)
        if step == .fetch { self.anotherAllowedAt = now + Self.pause }
        return step
    }

    mutating func obtained(now: UInt64) {
        self.isFetching = false
        self.failedAt = nil
        self.wasUnreachable = false
        self.obtainedAt = now
    }

    /// - Parameter isUnreachable: Whether the provider has not answered.
    mutating func failed(now: UInt64, isUnreachable: Bool) {
        self.isFetching = false
        self.failedAt = now
        self.wasUnreachable = isUnreachable
    }

    private mutating func begin(_ now: UInt64) -> Step {
        if self.isFetching { return .wait }
        if let failedAt, now < failedAt + Self.retry { return .fail }
        self.isFetching = true
        return .fetch
    }
}
