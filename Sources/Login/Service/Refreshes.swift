internal import Reactor
internal import SharedState

/// Refreshes sessions, each once however many requests wait for it, on the control loop.
///
/// A provider that rotates refresh tokens takes each once: a second call with the same one would end the session. So there
/// is one call for a session at a time, among all gateways (`RefreshTurn`).
final class Refreshes {
    typealias Completion = (RefreshOutcome) -> Void

    /// Turns under way at the most; beyond it sessions go on as they are, and ask again with their next request.
    static let maximumUnderWay = 1024
    /// Milliseconds for which a provider that failed is not asked again for the same session.
    static let pause: UInt64 = 5000
    /// Sessions whose provider has failed that are remembered at the most.
    static let maximumFailures = 65_536
    /// Milliseconds for which a failure is remembered: longer than a session may go on without its provider.
    static let failureLifetime: UInt64 = 1_800_000

    private struct UnderWay {
        let turn: RefreshTurn
        /// Those that wait for the end.
        var completions: [Completion] = []
        /// What they were told; the turn then has only its lock to give back.
        var outcome: RefreshOutcome?
    }

    /// Of a session's provider. Milliseconds of the monotonic clock.
    private struct Failure {
        let firstAt: UInt64
        let latestAt: UInt64
    }

    private let loop: EventLoop
    private let patience: RefreshTurn.Patience
    private let now: () -> Int64
    private let report: (String, ProviderFailure) -> Void
    private var underWay: [SessionName: UnderWay] = [:]
    private var failures = ExpiringTable<SessionName, Failure>(maximumCount: maximumFailures, maximumBytes: .max)

    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - report: Told of a provider that has not refreshed a session, and why.
    init(
        on loop: EventLoop,
        patience: RefreshTurn.Patience = RefreshTurn.Patience(),
        now: @escaping () -> Int64,
        report: @escaping (String, ProviderFailure) -> Void
    ) {
        self.loop = loop
        self.patience = patience
        self.now = now
        self.report = report
    }

    /// `completion` is called once, at once or when it has come to an end.
    ///
    /// - Parameters:
    ///   - isDue: Whether the access token has run out: then the request waits for whoever asks already.
    ///   - provider: The one that made a session; nil if there is none any more.
    func refresh(
        _ copy: SessionCopy,
        isDue: Bool,
        on shelf: SessionShelf,
        by provider: @escaping (Session) -> (any Provider)?,
        _ completion: @escaping Completion
    ) {
        if let known = self.underWay[copy.name] { return self.join(known, copy, isDue: isDue, completion) }
        let now = MonotonicClock.milliseconds
        if let failure = self.failures.value(of: copy.name, now: now), now - failure.latestAt < Self.pause {
            return completion(self.withoutProvider(copy, shelf.kit.life))
        }
        guard self.underWay.count < Self.maximumUnderWay else {
            return completion(self.unasked(copy, shelf.kit.life))
        }
        let turn = RefreshTurn(
            copy,
            isAwaited: isDue,
            shelf: shelf,
            patience: self.patience,
            loop: self.loop,
            now: self.now,
            provider: provider,
            report: self.report
        ) { [self] end in self.ended(copy, end, shelf.kit.life) }
        // Until then the turn keeps this object, so that whoever waits is answered even when nobody signs in here any more.
        turn.over = { [self] in self.underWay[copy.name] = nil }
        self.underWay[copy.name] = UnderWay(turn: turn, completions: [completion])
        turn.start()
    }

    private func join(_ known: UnderWay, _ copy: SessionCopy, isDue: Bool, _ completion: @escaping Completion) {
        if let outcome = known.outcome { return completion(Self.outcome(outcome, for: copy, isDue: isDue)) }
        // Who need not wait goes on with what it has.
        guard isDue else { return completion(.kept) }
        known.turn.isAwaited = true
        self.underWay[copy.name]?.completions.append(completion)
    }

    /// What somebody is told who comes while the turn has only its lock to give back.
    private static func outcome(_ outcome: RefreshOutcome, for copy: SessionCopy, isDue: Bool) -> RefreshOutcome {
        switch outcome {
        case .refreshed(let session): session.version > copy.version ? outcome : .kept
        case .unavailable: isDue ? .unavailable : .kept
        case .kept, .ended: outcome
        }
    }

    private func ended(_ copy: SessionCopy, _ end: RefreshTurn.End, _ life: SessionLife) {
        let outcome: RefreshOutcome
        switch end {
        case .refreshed(let session):
            self.failures.remove(copy.name)
            outcome = .refreshed(session)
        case .ended: outcome = .ended
        case .taken: outcome = self.unasked(copy, life)
        case .failed:
            self.note(failureOf: copy.name)
            outcome = self.withoutProvider(copy, life)
        case .unavailable: outcome = life.refresh(copy.times, at: self.now()) == .due ? .unavailable : .kept
        }
        let completions = self.underWay[copy.name]?.completions ?? []
        self.underWay[copy.name]?.completions = []
        self.underWay[copy.name]?.outcome = outcome
        for completion in completions { completion(outcome) }
    }

    // MARK: - Without the provider

    private func note(failureOf name: SessionName) {
        let now = MonotonicClock.milliseconds
        let first = self.failures.value(of: name, now: now)?.firstAt ?? now
        let failure = Failure(firstAt: first, latestAt: now)
        // Without room the provider is only asked more often.
        _ = self.failures.set(failure, of: name, until: now + Self.failureLifetime, now: now)
    }

    /// What becomes of a session whose provider has failed: it goes on for a while after the end of its token, or, of
    /// somebody who comes back later than that, after the first failure.
    private func withoutProvider(_ copy: SessionCopy, _ life: SessionLife) -> RefreshOutcome {
        if life.survivesProvider(copy.times, at: self.now()) { return .kept }
        let now = MonotonicClock.milliseconds
        guard let failure = self.failures.value(of: copy.name, now: now) else { return .ended }
        return now - failure.firstAt < UInt64(SessionLife.providerGrace) ? .kept : .ended
    }

    /// What becomes of one whose provider was not asked, by no fault of it: that ends no session.
    private func unasked(_ copy: SessionCopy, _ life: SessionLife) -> RefreshOutcome {
        life.survivesProvider(copy.times, at: self.now()) ? .kept : .unavailable
    }
}
