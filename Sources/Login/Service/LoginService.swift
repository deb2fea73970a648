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
    /// Sessions whose end is on its way to the state.
    private var ending: Set<SessionName> = []
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
        self.refreshes = Refreshes(on: loop, now: now) { provider, failure in
            log.report(.warning, "refresh_failed", failure.words, [LogField("provider", .text(provider))])
        }
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

    /// The provider that made `session`. Nil if the policy has it no more: what the session has of it goes to nobody else.
    func provider(of session: Session) -> (any Provider)? {
        self.providerSettings(of: session).flatMap { self.provider(named: $0.name) }
    }

    private func providerSettings(of session: Session) -> ProviderSettings? {
        self.settings.providers.first { $0.made(session) }
    }

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

    private static let logoutLeeway = Duration.seconds(60)

    /// How far a logout has come that a provider told of.
    enum LogoutStep: String {
        case begun, done
    }

    /// Claims a step of a logout, which is taken once.
    func claim(
        _ logout: Logout,
        of provider: String,
        _ step: LogoutStep,
        _ completion: @escaping StateCompletion<StateClaim?>
    ) {
        // The token is taken for a while after its end, by clocks that differ.
        let rest = Duration.milliseconds(max(1, logout.expiresAt * 1000 - self.now())) + Self.logoutLeeway
        let key = ClaimKey(.used, "logout \(step.rawValue) \(provider) \(logout.tokenID)")
        self.state.claim(key, for: rest, completion)
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

    /// Ends a session that nobody asks about again. What cannot be told to others holds here all the same, unless there is
    /// no room for more.
    func end(_ name: SessionName, _ handle: SessionHandle?) {
        let cutOff = self.cutOff(.session(name))
        if let handle { self.shelf.remove(handle) { _ in } }
        self.state.add(cutOff.shared) { [weak self, log] result in
            self?.ending.remove(name)
            guard case .failure(let failure) = result else {
                _ = self?.learn([cutOff])
                return
            }
            if failure != .full { _ = self?.learn([cutOff]) }
            log.report(.error, "session_end_failed", "Other gateways may not know of an ended session: \(failure).", [])
        }
    }

    private func cutOff(_ subject: CutOff.Subject) -> CutOff {
        let session = self.settings.session
        return CutOff(
            subject: subject,
            startedUntil: subject.isSession ? .max : self.now(),
            lifetime: min(session.lifetime, session.idle + Self.cutOffMargin)
        )
    }

    /// No copy of a session lives longer than `idle` after the last request that was noted, whose clock may be another's.
    private static let cutOffMargin = Duration.seconds(60)

    private func learn(_ cutOffs: [CutOff]) -> Bool {
        let additions = cutOffs.map { ($0, self.cutOffs.add($0)) }
        let added = additions.filter { $0.1 == .added }.map(\.0)
        if !added.isEmpty {
            self.reader.forgetCut(by: added)
            self.tell(.cutOffs(added))
        }
        return !additions.contains { $0.1 == .noRoom }
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
            by: { [weak self] in self?.provider(of: $0) }
        ) { [weak self] outcome in
            guard let self else { return completion(.unavailable) }
            completion(self.judged(outcome, copy))
        }
    }

    private func judged(_ outcome: RefreshOutcome, _ copy: SessionCopy) -> RefreshOutcome {
        switch outcome {
        case .kept, .unavailable: return outcome
        case .refreshed(let session):
            // It may have been signed out while the provider thought about it, and the provider may say now what lets nobody in.
            if self.isCut(session) {
                self.provider(of: session)?.revoke(session.identity)
                return .ended
            }
            guard self.lets(session) else { return self.ended(copy, "Its person is let in no more.") }
            return outcome
        case .ended: return self.ended(copy, "The provider ended it.")
        }
    }

    private func lets(_ session: Session) -> Bool {
        self.providerSettings(of: session).map { $0.allow.refusal(of: session.identity) == nil } ?? false
    }

    // All requests of a session that wait hear of its end.
    private func ended(_ copy: SessionCopy, _ why: String) -> RefreshOutcome {
        guard !self.cutOffs.cut([.session(copy.name)], startedAt: 0), self.ending.insert(copy.name).inserted else {
            return .ended
        }
        self.log.report(.info, "session_ended", "A session has ended. \(why)", [])
        // Copies of it end, too.
        self.end(copy.name, copy.handle)
        return .ended
    }
}

extension ProviderFailure {
    /// For the log.
    fileprivate var words: String {
        switch self {
        case .unavailable(let text), .invalid(let text), .refused(let text): text
        }
    }
}
