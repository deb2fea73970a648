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
    static let pause: Int64 = 5000

    private struct UnderWay {
        let turn: RefreshTurn
        /// Those that wait for the end.
        var completions: [Completion]
    }

    private let loop: EventLoop
    private let now: () -> Int64
    private var underWay: [SessionName: UnderWay] = [:]
    /// At most one for each turn that failed in the latest `pause`.
    private var pausedUntil: [SessionName: Int64] = [:]

    /// - Parameter now: Milliseconds since 1970.
    init(on loop: EventLoop, now: @escaping () -> Int64) {
        self.loop = loop
        self.now = now
    }

    /// `completion` is called once, at once or when it has come to an end.
    ///
    /// - Parameter isDue: Whether the access token has run out: then the request waits for whoever asks already.
    func refresh(
        _ copy: SessionCopy,
        isDue: Bool,
        on shelf: SessionShelf,
        by provider: @escaping (String) -> (any Provider)?,
        _ completion: @escaping Completion
    ) {
        let begin = self.now()
        self.pausedUntil = self.pausedUntil.isEmpty ? [:] : self.pausedUntil.filter { begin < $0.value }
        if self.underWay[copy.name] != nil { return self.join(copy, isDue: isDue, completion) }
        guard self.pausedUntil[copy.name] == nil, self.underWay.count < Self.maximumUnderWay else {
            return completion(self.withoutProvider(copy, shelf.kit.life))
        }
        let turn = RefreshTurn(
            copy,
            isAwaited: isDue,
            shelf: shelf,
            loop: self.loop,
            now: self.now,
            provider: provider
        ) { [self] end in self.ended(copy, end, shelf.kit.life) }
        // Until then the turn keeps this object, so that whoever waits is answered even when nobody signs in here any more.
        turn.over = { [self] in self.underWay[copy.name] = nil }
        self.underWay[copy.name] = UnderWay(turn: turn, completions: [completion])
        turn.start()
    }

    private func join(_ copy: SessionCopy, isDue: Bool, _ completion: @escaping Completion) {
        let turn = self.underWay[copy.name]?.turn
        if let result = turn?.result, result.version > copy.version { return completion(.refreshed(result)) }
        // Who need not wait goes on with what it has.
        guard isDue else { return completion(.kept) }
        turn?.isAwaited = true
        self.underWay[copy.name]?.completions.append(completion)
    }

    private func ended(_ copy: SessionCopy, _ end: RefreshTurn.End, _ life: SessionLife) {
        let outcome: RefreshOutcome
        switch end {
        case .refreshed(let session): outcome = .refreshed(session)
        case .ended: outcome = .ended
        case .taken: outcome = self.withoutProvider(copy, life)
        case .failed:
            self.pausedUntil[copy.name] = self.now() + Self.pause
            outcome = self.withoutProvider(copy, life)
        case .unavailable: outcome = life.refresh(copy.times, at: self.now()) == .due ? .unavailable : .kept
        }
        let completions = self.underWay[copy.name]?.completions ?? []
        self.underWay[copy.name]?.completions = []
        for completion in completions { completion(outcome) }
    }

    /// What becomes of a session whose provider cannot be asked.
    private func withoutProvider(_ copy: SessionCopy, _ life: SessionLife) -> RefreshOutcome {
        life.survivesProvider(copy.times, at: self.now()) ? .kept : .ended
    }
}
