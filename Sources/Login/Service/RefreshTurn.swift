internal import Reactor
internal import SharedState

/// One refresh of one session, among all gateways: who has its lock looks whether another has done it, and else asks the
/// provider.
final class RefreshTurn {
    /// How long the lock is held at the most: longer than a provider may take, and what is written afterwards.
    static let lockLifetime = Duration.seconds(30)
    /// How often the shared state is tried again with what others wait for: a session that was refreshed already, or the
    /// lock's end.
    static let retryInterval = Duration.milliseconds(250)
    /// How often at the most: for as long as the lock is held.
    static let maximumTries = 100

    /// How long a request waits for another gateway's refresh.
    struct Patience {
        /// How often somebody else's lock is looked at.
        var lookInterval = Duration.milliseconds(100)
        /// How often at the most, which is longer than a provider may take.
        var maximumLooks = 150
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
    private var looks = 0
    private var releases = 0
    var writes = 0
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
        self.loop = loop
        self.now = now
        self.provider = provider
        self.report = report
        self.told = told
    }

    func start() {
        self.shelf.state.claim(self.lock, for: Self.lockLifetime) { [self] result in
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
        self.looks += 1
        guard self.isAwaited, self.looks < self.patience.maximumLooks else {
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

    // A lock that nobody knows of would make the next refresh wait until it has ended by itself.
    private func giveBack() {
        self.releases += 1
        self.shelf.state.release(self.lock) { [self] result in
            guard case .failure = result, self.releases < Self.maximumTries else { return self.finish() }
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
