internal import Reactor
internal import SharedState

/// Brings the cut-offs of one kind of all gateways to this one, and says when they can be trusted no longer. On the control
/// loop.
final class CutOffFeed {
    /// How often the shared state is asked.
    static let interval = Duration.milliseconds(500)
    /// Milliseconds after which what is known is too old to judge sessions by, which is noticed within `interval`. One that was
    /// ended elsewhere is refused after both, or not judged at all.
    static let patience: UInt64 = 1500

    private let state: any StateStore
    private let tell: ([SharedCutOff]) -> Bool
    private let tellFresh: (Bool) -> Void
    private let tellLost: () -> Void
    /// Milliseconds of the monotonic clock.
    private let now: () -> UInt64
    private var timer: LoopTimer?
    private var position: CutOffPosition
    private var isAsking = false
    private var isStopped = false
    /// When the latest question was asked whose answer was the end of all. Milliseconds of the monotonic clock.
    private var freshAt: UInt64?
    private(set) var isFresh = false

    /// - Parameters:
    ///   - tell: Takes cut-offs; false: it could not keep them.
    ///   - tellLost: Told that the state has lost what it knew, so that others may not know what is known here.
    ///   - tellFresh: Told when what is known begins to be trusted, or ceases to be.
    init(
        _ kind: CutOffKind,
        of state: any StateStore,
        on loop: EventLoop,
        tell: @escaping ([SharedCutOff]) -> Bool,
        tellLost: @escaping () -> Void,
        tellFresh: @escaping (Bool) -> Void,
        now: @escaping () -> UInt64 = { MonotonicClock.milliseconds }
    ) {
        self.state = state
        self.position = .start(of: kind)
        self.tell = tell
        self.tellLost = tellLost
        self.tellFresh = tellFresh
        self.now = now
        self.timer = LoopTimer(on: loop, after: Self.interval, repeats: true) { [unowned self] in self.tick() }
        self.ask(since: now())
    }

    func stop() {
        self.isStopped = true
        self.timer = nil
    }

    private func tick() {
        let now = self.now()
        if let freshAt, now - freshAt >= Self.patience { self.become(fresh: false) }
        if !self.isAsking { self.ask(since: now) }
    }

    private func ask(since start: UInt64) {
        self.isAsking = true
        self.state.cutOffs(since: self.position) { [weak self] result in
            guard let self, !self.isStopped else { return }
            self.isAsking = false
            guard case .success(let page) = result, self.tell(page.cutOffs) else { return }
            let isLost = page.next.isOfAnotherList(than: self.position)
            self.position = page.next
            if isLost { self.tellLost() }
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
