/// Whether the ticks of the store's thread come to their end, and what the last one has said. For readiness.
struct TickWatch {
    /// From then on a tick counts as stuck. It waits for another process for a quarter of a second, and behind one
    /// transaction that may wait for five seconds.
    static let longestTick: Duration = .seconds(8)

    private var began: ContinuousClock.Instant?
    private var failure: String?

    /// Whether a tick may begin: one at a time.
    mutating func begin(at now: ContinuousClock.Instant) -> Bool {
        guard self.began == nil else { return false }
        self.began = now
        return true
    }

    /// `failure` says why the store cannot be used; nil: it can.
    mutating func end(_ failure: String?) {
        self.began = nil
        self.failure = failure
    }

    /// It did not begin after all: nobody had a place for it.
    mutating func dropped() { self.began = nil }

    /// Why the store cannot be used, as far as is known; nil when it can.
    func failure(at now: ContinuousClock.Instant) -> String? {
        guard let began, now - began > Self.longestTick else { return self.failure }
        return "its thread has not come round for more than \(Self.longestTick.components.seconds) seconds; "
            + "something holds up the disk, or the store's lock"
    }
}
