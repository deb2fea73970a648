public import AuthorizationServer
public import Reactor
public import SharedState
public import Telemetry

/// Carries revocations between the gateways of one shared state: tells which grants the server of this one has revoked, and
/// learns which ones those of others have. On the control loop.
public final class RevocationExchange {
    /// After an outage of the state others have to tell what they have revoked in it. They find it again within
    /// `RedisNodeState.longestPause`, 2 s; until they have, what is revoked is not known.
    static let settling: Duration = .seconds(3)

    private let loop: EventLoop
    private let revocations: SharedRevocations
    private let log: OperationalLog
    private let tell: (RevocationNews) -> Void
    private(set) var teller: CutOffTeller!
    private var feed: CutOffFeed!
    private let now: () -> Int64
    /// Of the server in this process, if there is one.
    private var snapshot: AuthorizationSnapshot?
    private var hadOutage = false
    private var untilKnown: LoopTimer?

    /// - Parameters:
    ///   - state: Of this loop, and shared. It is closed before this is released.
    ///   - tell: Told of what all workers have to know.
    ///   - now: Milliseconds since 1970.
    public init(
        _ revocations: SharedRevocations,
        state: any StateStore,
        on loop: EventLoop,
        log: OperationalLog,
        tell: @escaping (RevocationNews) -> Void,
        now: @escaping () -> Int64 = { WallClock.milliseconds }
    ) {
        self.loop = loop
        self.revocations = revocations
        self.log = log
        self.tell = tell
        self.now = now
        self.teller = CutOffTeller(
            state,
            on: loop,
            all: { [unowned self] in self.shared { $0.revocations(at: $1) } },
            tellFailure: { [unowned self] in self.reportUntold($0) }
        )
        self.feed = CutOffFeed(
            .grants,
            of: state,
            on: loop,
            tell: { [unowned self] in self.learn($0) },
            tellLost: { [unowned self] in self.teller.publishAll() },
            tellFresh: { [unowned self] in self.become(fresh: $0) }
        )
    }

    deinit { self.feed.stop() }

    /// What the server of this process has revoked. Each of its snapshots must come here, in their order.
    public func adopt(_ snapshot: AuthorizationSnapshot) {
        self.snapshot = snapshot
        self.teller.publish(self.shared { $0.newRevocations(at: $1) })
    }

    // MARK: - What this gateway has revoked

    private func shared(_ revocations: (AuthorizationSnapshot, Int64) -> [Revocation]) -> [SharedCutOff] {
        guard let snapshot else { return [] }
        return revocations(snapshot, self.now()).map {
            SharedCutOff(.grants, key: $0.grant.bytes, lifetime: $0.lifetime)
        }
    }

    private func reportUntold(_ failure: StateFailure) {
        let text = "Other gateways do not know of all revoked grants: \(failure). They are told again."
        self.log.report(.error, "revocations_not_told", text, [])
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
        self.teller.state(isFresh: fresh)
        self.untilKnown = nil
        guard fresh else {
            self.hadOutage = true
            return self.become(known: false)
        }
        guard self.hadOutage else { return self.become(known: true) }
        self.untilKnown = LoopTimer(on: self.loop, after: Self.settling) { [unowned self] in self.become(known: true) }
    }

    private func become(known: Bool) {
        guard known != self.revocations.isFresh else { return }
        self.revocations.become(fresh: known)
        if known {
            return self.log.report(.info, "revocations_known", "What other gateways have revoked is known.", [])
        }
        self.tell(.unknown)
        let text = "What other gateways have revoked is not known: tokens that they have issued are refused."
        self.log.report(.error, "revocations_unknown", text, [])
    }
}
