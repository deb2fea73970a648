internal import AuthorizationServer
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
    let refreshes: Refreshes
    let cutOffs: CutOffs
    let state: any StateStore
    private var feed: CutOffFeed?
    var teller: CutOffTeller?
    /// Sessions whose end is on its way to the state.
    var ending: Set<SessionName> = []
    private let sessionKey: SealingKey
    private let makeProviders: Makes
    let log: OperationalLog
    let tell: (LoginNews) -> Void
    let now: () -> Int64

    /// - Parameters:
    ///   - sessionKey: Seals where the settings have no keys.
    ///   - state: Of this loop. It is closed before the service is released.
    ///   - revocations: What servers of other gateways have revoked.
    ///   - tell: Told of what all workers have to know.
    ///   - now: Milliseconds since 1970.
    public init(
        _ settings: LoginSettings,
        sessionKey: SealingKey,
        state: any StateStore,
        revocations: SharedRevocations? = nil,
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
        self.cutOffs = CutOffs(revocations)
        self.kit = SessionKit(settings, sessionKey: sessionKey)
        self.reader = Self.reader(self.kit, self.cutOffs)
        self.providers = providers(settings)
        self.refreshes = Refreshes(on: loop, now: now) { provider, failure in
            log.report(.warning, "refresh_failed", failure.words, [LogField("provider", .text(provider))])
        }
        guard state.isShared else { return }
        tell(.isFresh(false))
        self.teller = CutOffTeller(
            state,
            on: loop,
            all: { [unowned self] in self.cutOffs.remaining.map(\.shared) },
            tellFailure: { [unowned self] in self.reportUntold($0) }
        )
        self.feed = CutOffFeed(
            .sessions,
            of: state,
            on: loop,
            tell: { [unowned self] in self.learn($0.compactMap(CutOff.init)) },
            tellLost: { [unowned self] in self.teller?.publishAll() },
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
        self.kit = SessionKit(settings, sessionKey: self.sessionKey, behind: self.kit, at: self.now())
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

    func providerSettings(of session: Session) -> ProviderSettings? {
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
}

extension ProviderFailure {
    /// For the log.
    fileprivate var words: String {
        switch self {
        case .unavailable(let text), .invalid(let text), .refused(let text): text
        }
    }
}
