import OAuth
import Reactor

/// Decides when the keys of one issuer are fetched and for how long they are believed. Does nothing itself: each event
/// returns what is to be done, in order. Times are milliseconds of a clock that only moves forward.
struct KeySchedule {
    enum Action: Equatable {
        /// Fetch; `obtained` or `failed` follows.
        case fetch
        /// The set is too old to be believed: the workers forget it.
        case withdraw
        /// Who waits for keys goes on with what there is. To ask again is of no use for so many milliseconds.
        case answer(quietFor: UInt64)
    }

    /// A `max-age` between these bounds takes the place of `fresh`: one below would be a flood, one above a key that is
    /// gone and still accepted. Seconds, from the reference.
    static let honouredMaximumAge: ClosedRange<Int64> = 60...3600
    /// After a failure the next fetch comes this much later, then twice as late, and so on up to the bound. Envoy's
    /// first retry comes after 1 s, too; with the bound an issuer that is back is noticed within a quarter of a minute.
    static let firstRetry: UInt64 = 1000
    static let lastRetry: UInt64 = 15_000

    private(set) var isFetching = false
    private(set) var hasEndedFirstFetch = false
    /// When the next fetch begins by itself. Not looked at during one.
    private(set) var fetchAt: UInt64
    /// When the set was obtained; nil without one that is believed.
    private(set) var obtainedAt: UInt64?
    private var settings: KeyRefreshSettings
    /// `fresh`, or the `max-age` of the set.
    private var lifetime: UInt64 = 0
    private var failuresInARow = 0
    private var unknownKeyAllowedAt: UInt64 = 0

    /// The first fetch is due at once.
    init(_ settings: KeyRefreshSettings, now: UInt64) {
        self.settings = settings
        self.fetchAt = now
    }

    /// When `timeArrived` is to be called next.
    var nextEvent: UInt64? {
        self.isFetching ? self.believedUntil : min(self.fetchAt, self.believedUntil ?? .max)
    }

    // MARK: - Events

    mutating func timeArrived(_ now: UInt64) -> [Action] {
        var actions: [Action] = []
        if let end = self.believedUntil, now >= end {
            self.obtainedAt = nil
            actions.append(.withdraw)
        }
        if !self.isFetching && now >= self.fetchAt { actions.append(self.begin()) }
        return actions
    }

    /// A worker has met a token that it has no key for. Many ask at once; one fetch answers them all.
    mutating func asked(isForUnknownKey: Bool, now: UInt64) -> [Action] {
        guard !self.isFetching else { return [] }
        guard self.obtainedAt != nil else {
            // Without a set, a fetch is always on its way or has just failed.
            return now >= self.fetchAt ? [self.begin()] : [.answer(quietFor: self.fetchAt - now)]
        }
        // The worker will find the set that is there before it reads this answer.
        guard isForUnknownKey else { return [.answer(quietFor: 0)] }
        guard self.quiet(at: now) == 0 else { return [.answer(quietFor: self.quiet(at: now))] }
        self.unknownKeyAllowedAt = now + self.settings.unknownKeyID.wholeMilliseconds
        return [self.begin()]
    }

    /// `maximumAge` in seconds, if the issuer gave one; `chance` between 0 and 1 spreads the next fetch.
    mutating func obtained(maximumAge: Int64?, now: UInt64, chance: Double) -> [Action] {
        self.end()
        self.failuresInARow = 0
        self.obtainedAt = now
        let honoured = maximumAge.flatMap { Self.honouredMaximumAge.contains($0) ? UInt64($0) * 1000 : nil }
        self.lifetime = honoured ?? self.settings.fresh.wholeMilliseconds
        self.fetchAt = now + self.refreshDelay(chance)
        return [.answer(quietFor: self.quiet(at: now))]
    }

    /// `endsTrust`: what was obtained before is not believed any more either.
    mutating func failed(endsTrust: Bool, now: UInt64, chance: Double) -> [Action] {
        self.end()
        let hadSet = self.obtainedAt != nil
        if endsTrust { self.obtainedAt = nil }
        self.failuresInARow += 1
        let delay = min(Self.firstRetry << UInt64(min(self.failuresInARow - 1, 10)), Self.lastRetry)
        self.fetchAt = now + Self.spread(delay, chance)
        let answer = Action.answer(quietFor: self.quiet(at: now))
        return endsTrust && hadSet ? [.withdraw, answer] : [answer]
    }

    /// The policy was read again, with other times perhaps.
    mutating func adopt(_ settings: KeyRefreshSettings, now: UInt64, chance: Double) {
        guard settings != self.settings else { return }
        self.settings = settings
        self.unknownKeyAllowedAt = min(self.unknownKeyAllowedAt, now + settings.unknownKeyID.wholeMilliseconds)
        guard let obtainedAt, self.failuresInARow == 0 else { return }
        self.lifetime = settings.fresh.wholeMilliseconds
        self.fetchAt = obtainedAt + self.refreshDelay(chance)
    }

    // MARK: - Private details

    private mutating func begin() -> Action {
        self.isFetching = true
        return .fetch
    }

    private mutating func end() {
        precondition(self.isFetching, "a fetch has ended that was not begun")
        self.isFetching = false
        self.hasEndedFirstFetch = true
    }

    /// When the set has been old for `stale`.
    private var believedUntil: UInt64? {
        self.obtainedAt.map { $0 + self.lifetime + self.settings.stale.wholeMilliseconds }
    }

    /// For how long nothing more will be fetched on request.
    private func quiet(at now: UInt64) -> UInt64 {
        let backoff = self.failuresInARow > 0 || self.obtainedAt == nil ? self.fetchAt : 0
        let until = self.obtainedAt == nil ? backoff : max(backoff, self.unknownKeyAllowedAt)
        return until > now ? until - now : 0
    }

    /// Before the set runs out, by more than a fetch takes; and gateways that were started together spread.
    private func refreshDelay(_ chance: Double) -> UInt64 {
        let latest = self.lifetime - self.lifetime / 10
        return latest - UInt64(Double(self.lifetime / 5) * chance)
    }

    /// From three quarters of `delay` up to the whole.
    private static func spread(_ delay: UInt64, _ chance: Double) -> UInt64 {
        delay - UInt64(Double(delay / 4) * chance)
    }
}
