internal import Reactor
internal import SharedState

/// One refresh of one session, among all gateways: who has its lock looks whether another has done it, and else asks the
/// provider.
final class RefreshTurn {
    /// How long the lock is held at the most: longer than a provider may take, and what is written afterwards.
    static let lockLifetime = Duration.seconds(30)
    /// How often the shared state is tried again with a session that was refreshed already.
    static let writeInterval = Duration.milliseconds(250)
    /// How often at the most: for as long as the lock is held.
    static let maximumWrites = 100

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

    private let copy: SessionCopy
    private let shelf: SessionShelf
    private let patience: Patience
    private let loop: EventLoop
    private let now: () -> Int64
    private let provider: (Session) -> (any Provider)?
    private let report: (String, ProviderFailure) -> Void
    /// Called once.
    private let told: (End) -> Void
    private var looks = 0
    private var writes = 0
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
        self.patience = patience
        self.loop = loop
        self.now = now
        self.provider = provider
        self.report = report
        self.told = told
    }

    func start() {
        let key = ClaimKey(.lock, "refresh \(self.copy.name.high) \(self.copy.name.low)")
        self.shelf.state.claim(key, for: Self.lockLifetime) { [self] result in
            switch result {
            case .failure: self.end(.unavailable)
            case .success(nil): self.lookAgain()
            case .success(let claim?): self.look(claim)
            }
        }
    }

    // Another gateway asks the provider. It gives the lock back when all can see the answer.
    private func lookAgain() {
        self.looks += 1
        guard self.isAwaited, self.looks < self.patience.maximumLooks else { return self.end(.taken) }
        self.later(self.patience.lookInterval) { [self] in self.start() }
    }

    private func look(_ claim: StateClaim) {
        self.shelf.latest(self.copy) { [self] result in
            switch result {
            case .failure: self.release(claim, .unavailable)
            case .success(let kept): self.ask(claim, kept)
            }
        }
    }

    private func ask(_ claim: StateClaim, _ kept: SessionShelf.Kept?) {
        if let kept, kept.session.isRefreshed(since: self.copy) { return self.release(claim, .refreshed(kept.session)) }
        guard let session = self.later(of: kept), let provider = self.provider(session) else {
            return self.release(claim, .ended)
        }
        provider.refresh(session.identity) { [self] result in
            switch result {
            case .failure(let failure):
                self.report(session.provider, failure)
                self.release(claim, failure.endsSession ? .ended : .failed)
            case .success(.identity(let identity, let doubt)):
                if let doubt { self.report(session.provider, doubt) }
                let session = session.refreshed(identity, at: self.now())
                self.keep(session, .refreshed(session), kept?.version, claim)
            case .success(.token(let token, let failure)):
                self.report(session.provider, failure)
                self.keep(session.rotated(to: token), .failed, kept?.version, claim)
            }
        }
    }

    /// What is kept may be older than what the browser brings, if the state could not be reached in between.
    private func later(of kept: SessionShelf.Kept?) -> Session? {
        guard case .whole(let session) = self.copy else { return kept?.session }
        guard let kept, kept.session.version > session.version else { return session }
        return kept.session
    }

    // The provider may not take the former refresh token again: nobody else must ask before all can see the next one.
    private func keep(_ session: Session, _ end: End, _ former: StateVersion?, _ claim: StateClaim) {
        self.writes += 1
        self.shelf.keep(session, of: self.copy, replacing: former, at: self.now()) { [self] result in
            switch result {
            case .success(true): self.release(claim, end)
            case .success(false): self.keepAfterAnother(session, end, claim)
            case .failure(.unavailable) where self.writes < Self.maximumWrites:
                // This gateway's requests go on meanwhile.
                self.tell(end)
                self.later(Self.writeInterval) { [self] in self.keep(session, end, former, claim) }
            case .failure: self.release(claim, end)
            }
        }
    }

    // Somebody has noted that the session was seen, or has ended it.
    private func keepAfterAnother(_ session: Session, _ end: End, _ claim: StateClaim) {
        self.shelf.latest(self.copy) { [self] result in
            switch result {
            case .success(nil): self.release(claim, .ended)
            case .success(let kept?) where self.writes < Self.maximumWrites:
                self.keep(session, end, kept.version, claim)
            case .success, .failure: self.release(claim, end)
            }
        }
    }

    private func release(_ claim: StateClaim, _ end: End) {
        self.tell(end)
        self.shelf.state.release(claim) { [self] _ in self.finish() }
    }

    private func end(_ end: End) {
        self.tell(end)
        self.finish()
    }

    private func finish() {
        self.over()
        self.over = {}
    }

    private func tell(_ end: End) {
        guard !self.hasTold else { return }
        self.hasTold = true
        self.told(end)
    }

    private func later(_ delay: Duration, _ action: @escaping () -> Void) {
        self.timer = LoopTimer(on: self.loop, after: delay) { [unowned self] in
            if let timer = self.timer { self.loop.releaseAtEndOfTurn(timer) }
            self.timer = nil
            action()
        }
    }
}

extension Session {
    /// Whether it has later tokens than `copy`. One that has got its next refresh token alone is due as it was.
    fileprivate func isRefreshed(since copy: SessionCopy) -> Bool {
        self.version > copy.version && self.times.refreshedAt != copy.times.refreshedAt
    }
}

extension ProviderFailure {
    /// Whether the provider has said that the session is over. What it cannot say now, or says of the gateway as its client
    /// (RFC 6749, section 5.2), is for the operator to mend, and signs nobody out as long as the session may outlive that.
    fileprivate var endsSession: Bool {
        guard case .refused(let error) = self else { return false }
        return !Self.ofTheClient.contains(error)
    }

    private static let ofTheClient = [
        "invalid_client", "unauthorized_client", "invalid_request", "unsupported_grant_type", "invalid_scope",
        // GitHub's word.
        "incorrect_client_credentials",
    ]
}
