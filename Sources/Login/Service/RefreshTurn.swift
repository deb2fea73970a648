internal import Reactor
internal import SharedState

/// One refresh of one session, among all gateways: who has its lock looks whether another has done it, and else asks the
/// provider.
final class RefreshTurn {
    /// After how long the shared state is tried again with what others wait for: a session that was refreshed already, or
    /// the lock's end.
    static let retryInterval = Duration.milliseconds(250)
    /// What a question to the shared state takes at the most (`StateStore`).
    static let answerTime = Duration.seconds(1)

    /// How long one waits for another. Times and not numbers of tries: how long a try takes, the shared state decides.
    struct Patience {
        /// How long the lock is held at the most: longer than a provider may take, and what is written afterwards.
        var lockLifetime = Duration.seconds(30)
        /// How long a request waits for another gateway's refresh, which is longer than a provider may take.
        var looking = Duration.seconds(15)
        /// How often somebody else's lock is looked at.
        var lookInterval = Duration.milliseconds(100)
    }

    /// What became of it, for `Refreshes`.
    enum End {
        case refreshed(Session)
        case ended
        /// The provider cannot say now.
        case failed
        /// Somebody else holds the lock, and does not come to an end.
        case taken
        /// The shared state cannot be reached.
        case unavailable
    }

    let copy: SessionCopy
    let shelf: SessionShelf
    private let lock: StateClaim
    private let patience: Patience
    private let loop: EventLoop
    let now: () -> Int64
    let provider: (Session) -> (any Provider)?
    let report: (String, ProviderFailure) -> Void
    /// Called once.
    private let told: (End) -> Void
    /// When others are waited for no more, as `MonotonicClock` has it in milliseconds.
    private let patienceEndsAt: UInt64
    /// When the lock ends at the earliest: counted from before it was asked for.
    private var lockEndsAt: UInt64 = 0
    private var timer: LoopTimer?
    private var hasTold = false
    /// Whether some request waits for the end; others have gone on with what they had.
    var isAwaited: Bool

    /// Called when the lock was given back; nothing is done any more then.
    var over: () -> Void = {}

    init(
        _ copy: SessionCopy,
        isAwaited: Bool,
        shelf: SessionShelf,
        patience: Patience,
        loop: EventLoop,
        now: @escaping () -> Int64,
        provider: @escaping (Session) -> (any Provider)?,
        report: @escaping (String, ProviderFailure) -> Void,
        told: @escaping (End) -> Void
    ) {
        self.copy = copy
        self.isAwaited = isAwaited
        self.shelf = shelf
        self.lock = StateClaim(ClaimKey(.lock, "refresh \(copy.name.high) \(copy.name.low)"))
        self.patience = patience
        self.patienceEndsAt = Self.moment(after: patience.looking)
        self.loop = loop
        self.now = now
        self.provider = provider
        self.report = report
        self.told = told
    }

    func start() {
        self.lockEndsAt = Self.moment(after: self.patience.lockLifetime)
        self.shelf.state.claim(self.lock, for: self.patience.lockLifetime) { [self] result in
            switch result {
            // It may be held here all the same.
            case .failure: self.release(.unavailable)
            case .success(false): self.lookAgain()
            case .success(true): self.look()
            }
        }
    }

    // Another gateway asks the provider. It gives the lock back when all can see the answer.
    private func lookAgain() {
        // The next look has to be answered in time, too.
        let nextEnd = Self.moment(after: self.patience.lookInterval + Self.answerTime)
        guard self.isAwaited, nextEnd <= self.patienceEndsAt else {
            self.tell(.taken)
            return self.finish()
        }
        self.later(self.patience.lookInterval) { [self] in self.start() }
    }

    private func look() {
        self.shelf.latest(self.copy) { [self] result in
            switch result {
            case .failure: self.release(.unavailable)
            case .success(let kept): self.ask(kept)
            }
        }
    }

    // MARK: - The end

    /// Tells what became of it, and gives the lock back.
    func release(_ end: End) {
        self.tell(end)
        self.giveBack()
    }

    /// Whether nobody else can have the lock before a question that is asked after `delay` is answered.
    func holdsLock(for delay: Duration = .zero) -> Bool {
        Self.moment(after: delay + Self.answerTime) < self.lockEndsAt
    }

    private static func moment(after delay: Duration) -> UInt64 {
        MonotonicClock.milliseconds + delay.wholeMilliseconds
    }

    // A lock that nobody knows of would make the next refresh wait until it has ended by itself.
    private func giveBack() {
        self.shelf.state.release(self.lock) { [self] result in
            guard case .failure = result, self.holdsLock(for: Self.retryInterval) else { return self.finish() }
            self.later(Self.retryInterval) { [self] in self.giveBack() }
        }
    }

    private func finish() {
        self.over()
        self.over = {}
    }

    /// Once: what comes later is for the lock alone.
    func tell(_ end: End) {
        guard !self.hasTold else { return }
        self.hasTold = true
        self.told(end)
    }

    func later(_ delay: Duration, _ action: @escaping () -> Void) {
        self.timer = LoopTimer(on: self.loop, after: delay) { [unowned self] in
            if let timer = self.timer { self.loop.releaseAtEndOfTurn(timer) }
            self.timer = nil
            action()
        }
    }
}
