internal import Reactor
internal import SharedState

/// Brings the cut-offs of all gateways to this one, and says when they can be trusted no longer. On the control loop.
final class CutOffFeed {
    /// How often the shared state is asked.
    static let interval = Duration.milliseconds(500)
    /// Milliseconds after which what is known is too old to judge sessions by, which is noticed within `interval`. One that was
    /// ended elsewhere is refused after both, or not judged at all.
    static let patience: UInt64 = 1500

    private let state: any StateStore
    private let tell: ([CutOff]) -> Bool
    private let tellFresh: (Bool) -> Void
    private var timer: LoopTimer?
    private var position = CutOffPosition.start
    private var isAsking = false
    private var isStopped = false
    /// When the latest question was asked whose answer was the end of all. Milliseconds of the monotonic clock.
    private var freshAt: UInt64?
    private(set) var isFresh = false

    /// - Parameters:
    ///   - tell: Takes cut-offs; false: it could not keep them.
    ///   - tellFresh: Told when what is known begins to be trusted, or ceases to be.
    init(
        _ state: any StateStore,
        on loop: EventLoop,
        tell: @escaping ([CutOff]) -> Bool,
        tellFresh: @escaping (Bool) -> Void
    ) {
        self.state = state
        self.tell = tell
        self.tellFresh = tellFresh
        self.timer = LoopTimer(on: loop, after: Self.interval, repeats: true) { [unowned self] in self.tick() }
        self.ask(since: MonotonicClock.milliseconds)
    }

    func stop() {
        self.isStopped = true
        self.timer = nil
    }

    private func tick() {
        let now = MonotonicClock.milliseconds
        if let freshAt, now - freshAt >= Self.patience { self.become(fresh: false) }
        if !self.isAsking { self.ask(since: now) }
    }

    private func ask(since start: UInt64) {
        self.isAsking = true
        self.state.cutOffs(since: self.position) { [weak self] result in
            guard let self, !self.isStopped else { return }
            self.isAsking = false
            guard case .success(let page) = result, self.tell(page.cutOffs.compactMap(CutOff.init)) else { return }
            self.position = page.next
            guard page.isLast else { return self.ask(since: start) }
            self.freshAt = start
            self.become(fresh: true)
        }
    }

    private func become(fresh: Bool) {
        guard fresh != self.isFresh else { return }
        self.isFresh = fresh
        self.tellFresh(fresh)
    }
}
