internal import Bytes
public import Cryptography
internal import Endpoints
internal import JOSE
internal import OAuth
public import Reactor
public import SharedState
public import Telemetry

/// Signs browsers in and out, and keeps their sessions fresh. Lives on the control loop: workers ask, and go on.
public final class LoginService {
    public typealias Reply = (LoginReply) -> Void
    /// Makes the providers of a policy.
    public typealias Makes = (LoginSettings) -> [any Provider]

    private(set) var kit: SessionKit
    private(set) var reader: SessionReader
    private var providers: [any Provider]
    private let refreshes: Refreshes
    private let cutOffs = CutOffs()
    let state: any StateStore
    private var feed: CutOffFeed?
    private let sessionKey: SealingKey
    private let makeProviders: Makes
    let log: OperationalLog
    private let tell: (LoginNews) -> Void
    let now: () -> Int64

    /// - Parameters:
    ///   - sessionKey: Seals where the settings have no keys.
    ///   - state: Of this loop. It is closed before the service is released.
    ///   - tell: Told of what all workers have to know.
    ///   - now: Milliseconds since 1970.
    public init(
        _ settings: LoginSettings,
        sessionKey: SealingKey,
        state: any StateStore,
        on loop: EventLoop,
        log: OperationalLog,
        providers: @escaping Makes,
        tell: @escaping (LoginNews) -> Void,
        now: @escaping () -> Int64 = { WallClock.milliseconds }
    ) {
        self.sessionKey = sessionKey
        self.makeProviders = providers
        self.log = log
        self.state = state
        self.tell = tell
        self.now = now
        self.kit = SessionKit(settings, sessionKey: sessionKey)
        self.reader = Self.reader(self.kit, self.cutOffs)
        self.providers = providers(settings)
        self.refreshes = Refreshes(on: loop, now: now)
        guard state.isShared else { return }
        tell(.isFresh(false))
        self.feed = CutOffFeed(
            state,
            on: loop,
            tell: { [unowned self] in self.learn($0) },
            tellFresh: { [unowned self] in self.become(fresh: $0) }
        )
    }

    deinit { self.feed?.stop() }

    /// The policy was read again. Sessions and sign-ins under way go on.
    public func adopt(_ settings: LoginSettings) {
        guard settings != self.kit.settings else { return }
        if settings.providers != self.kit.settings.providers || settings.baseURL != self.kit.settings.baseURL {
            self.providers = self.makeProviders(settings)
        }
        self.kit = SessionKit(settings, sessionKey: self.sessionKey)
        self.reader = Self.reader(self.kit, self.cutOffs)
    }

    /// `reply` is called once, now or later, on this loop.
    public func ask(_ question: LoginQuestion, _ reply: @escaping Reply) {
        switch question {
        case .refresh(let copy, let isDue): self.refresh(copy, isDue: isDue) { reply(.refresh($0)) }
        case .endpoint(let endpoint, let request):
            self.find(request) { [weak self] brought in
                guard let self else { return reply(question.refusal) }
                LoginTurn(self, request, brought).answer(endpoint) { reply(.endpoint($0)) }
            }
        }
    }

    private static func reader(_ kit: SessionKit, _ cutOffs: CutOffs) -> SessionReader {
        SessionReader(kit, firstPlace: 0, scopes: ScopeTable(), cutOffs: cutOffs)
    }

    // MARK: - For the endpoints

    var settings: LoginSettings { self.kit.settings }
    var shelf: SessionShelf { SessionShelf(kit: self.kit, state: self.state) }
    /// Whether it is known here what other gateways have ended.
    public var isFresh: Bool { self.feed?.isFresh ?? true }

    func provider(named name: String) -> (any Provider)? { self.providers.first { $0.name == name } }

    /// Whether the provider has ended what the session stands on.
    func hasRevoked(_ session: RememberedSession) -> Bool {
        guard let mark = session.mark else { return false }
        return self.provider(named: session.provider)?.hasRevoked(mark) ?? false
    }

    /// Whose logout token it claims to be. Nothing in it is believed before that provider has verified it.
    func sender(of token: String) -> (name: String, sender: any LogoutSender)? {
        guard let parts = CompactJWS(token.utf8Span.span),
            let payload = Base64URL.decode(token.utf8Span.span.extracting(parts.payload)),
            let issuer = (try? JSONValue(parsing: payload.span))?["iss"]?.string
        else { return nil }
        for provider in self.providers {
            guard let sender = provider as? any LogoutSender, sender.issuer.hasSameBytes(as: issuer) else { continue }
            return (provider.name, sender)
        }
        return nil
    }

    /// Claims a response of this `state`, which counts once, whichever copy of its browser's cookie comes with it.
    func use(state: String, _ completion: @escaping StateCompletion<StateClaim?>) {
        self.state.claim(ClaimKey(.used, "state \(state)"), for: .milliseconds(FlowBook.lifetime), completion)
    }

    /// Claims a logout token, which counts once.
    func use(_ logout: Logout, of provider: String, _ completion: @escaping StateCompletion<StateClaim?>) {
        let rest = Duration.milliseconds(max(1, logout.expiresAt * 1000 - self.now()))
        self.state.claim(ClaimKey(.used, "logout \(provider) \(logout.tokenID)"), for: rest, completion)
    }

    // MARK: - Ends before their time

    /// Ends sessions before their time, copies of them included, at all gateways: here at once, elsewhere within
    /// `CutOffFeed.patience`. After a failure they may be known to have ended elsewhere, and are not here: it has to be asked
    /// for again.
    func cut(_ subject: CutOff.Subject, _ completion: @escaping StateCompletion<Void>) {
        let cutOff = self.cutOff(subject)
        self.state.add(cutOff.shared) { [weak self] result in
            if case .success = result { _ = self?.learn([cutOff]) }
            completion(result)
        }
    }

    /// Ends a session that nobody asks about again. What cannot be told to others holds here all the same.
    func end(_ name: SessionName, _ handle: SessionHandle?) {
        let cutOff = self.cutOff(.session(name))
        _ = self.learn([cutOff])
        self.state.add(cutOff.shared) { [log] result in
            guard case .failure(let failure) = result else { return }
            log.report(.error, "session_end_failed", "Other gateways may not know of an ended session: \(failure).", [])
        }
        if let handle { self.shelf.remove(handle) { _ in } }
    }

    private func cutOff(_ subject: CutOff.Subject) -> CutOff {
        CutOff(subject: subject, startedUntil: self.now(), lifetime: self.settings.session.lifetime)
    }

    private func learn(_ cutOffs: [CutOff]) -> Bool {
        guard !cutOffs.isEmpty else { return true }
        let areKept = self.cutOffs.add(cutOffs)
        self.reader.forgetCut()
        self.tell(.cutOffs(cutOffs))
        return areKept
    }

    private func become(fresh: Bool) {
        self.tell(.isFresh(fresh))
        if fresh {
            self.log.report(.info, "state_available", "The shared state answers: sessions are judged.", [])
        } else {
            self.log.report(.error, "state_unavailable", "The shared state does not answer: sessions are refused.", [])
        }
    }

    private func isCut(_ session: Session) -> Bool {
        self.cutOffs.cut(session.subjects, startedAt: session.times.startedAt)
    }

    private func refresh(_ copy: SessionCopy, isDue: Bool, _ completion: @escaping (RefreshOutcome) -> Void) {
        self.refreshes.refresh(
            copy,
            isDue: isDue,
            on: self.shelf,
            by: { [weak self] in self?.provider(named: $0) }
        ) { [weak self] outcome in
            guard let self else { return completion(.unavailable) }
            completion(self.judged(outcome, copy))
        }
    }

    private func judged(_ outcome: RefreshOutcome, _ copy: SessionCopy) -> RefreshOutcome {
        switch outcome {
        case .kept, .unavailable: return outcome
        // It may have been signed out while the provider thought about it.
        case .refreshed(let session): return self.isCut(session) ? .ended : outcome
        case .ended:
            self.log.report(.info, "session_ended", "The provider ended a session.", [])
            // Copies of it end, too.
            self.end(copy.name, copy.handle)
            return outcome
        }
    }
}
