public import AuthorizationServer
public import Reactor
public import SharedState
public import Telemetry

/// Carries revocations between the gateways of one shared state: tells which grants the server of this one has revoked, and
/// learns which ones those of others have. On the control loop.
public final class RevocationExchange {
    /// After this time what the state had no room for is told again. All of it is, a few thousand a second.
    static let patienceWithFull: Duration = .seconds(30)
    /// How often it is looked whether something has to be told again.
    static let interval: Duration = .seconds(1)

    private let revocations: SharedRevocations
    private let log: OperationalLog
    private let tell: (RevocationNews) -> Void
    private var teller: CutOffTeller!
    private var feed: CutOffFeed!
    private var timer: LoopTimer?
    /// Of the server in this process, if there is one.
    private var snapshot: AuthorizationSnapshot?
    /// When all that the server has revoked is to be told again, as something was not told, or the state has lost it.
    /// Milliseconds of the monotonic clock; nil: everything was told.
    private var tellsAllAt: UInt64?

    /// - Parameters:
    ///   - state: Of this loop, and shared. It is closed before this is released.
    ///   - tell: Told of what all workers have to know.
    public init(
        _ revocations: SharedRevocations,
        state: any StateStore,
        on loop: EventLoop,
        log: OperationalLog,
        tell: @escaping (RevocationNews) -> Void
    ) {
        self.revocations = revocations
        self.log = log
        self.tell = tell
        self.teller = CutOffTeller(state) { [unowned self] in self.notTold($0) }
        self.feed = CutOffFeed(
            .grants,
            of: state,
            on: loop,
            tell: { [unowned self] in self.learn($0) },
            tellLost: { [unowned self] in self.tellsAllAt = 0 },
            tellFresh: { [unowned self] in self.become(fresh: $0) }
        )
        self.timer = LoopTimer(on: loop, after: Self.interval, repeats: true) { [unowned self] in self.tellAllIfDue() }
    }

    deinit { self.feed.stop() }

    /// What the server of this process has revoked. Each of its snapshots must come here, in their order.
    public func adopt(_ snapshot: AuthorizationSnapshot) {
        self.snapshot = snapshot
        self.teller.tell(snapshot.newlyRevokedNames.map(Self.shared))
    }

    // MARK: - What this gateway has revoked

    private static func shared(_ grant: GrantName) -> SharedCutOff {
        SharedCutOff(.grants, key: grant.bytes, lifetime: AuthorizationSnapshot.longestRefusal)
    }

    private func notTold(_ failure: StateFailure) {
        let isFull = failure == .full
        // Once for all that fail together.
        if isFull, self.tellsAllAt == nil {
            let text = "Other gateways do not know of all revoked grants: \(failure)."
            self.log.report(.error, "revocations_not_told", text, [])
        }
        let wait = isFull ? Self.patienceWithFull.wholeMilliseconds : 0
        self.tellsAllAt = MonotonicClock.milliseconds + wait
    }

    private func tellAllIfDue() {
        guard let due = self.tellsAllAt, due <= MonotonicClock.milliseconds, self.feed.isFresh else { return }
        self.tellsAllAt = nil
        if let snapshot { self.teller.tell(snapshot.revokedNames.map(Self.shared)) }
    }

    // MARK: - What others have revoked

    /// False: there is no room, which means that revoked tokens could be taken for good ones.
    private func learn(_ cutOffs: [SharedCutOff]) -> Bool {
        var added: Set<GrantName> = []
        var hasRoom = true
        for cutOff in cutOffs {
            guard let grant = GrantName(bytes: cutOff.key) else { continue }
            switch self.revocations.add(grant, for: cutOff.lifetime) {
            case .added: added.insert(grant)
            case .known: break
            case .noRoom: hasRoom = false
            }
        }
        // Also of a page that does not fit: when it is read again they are known, and no news.
        if !added.isEmpty { self.tell(.revoked(added)) }
        return hasRoom
    }

    private func become(fresh: Bool) {
        self.revocations.become(fresh: fresh)
        if !fresh { self.tell(.unknown) }
        fresh
            ? self.log.report(.info, "revocations_known", "What other gateways have revoked is known.", [])
            : self.log.report(
                .error,
                "revocations_unknown",
                "What other gateways have revoked is not known: tokens that they have issued are refused.",
                []
            )
    }
}
