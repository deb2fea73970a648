internal import Bytes
public import Cryptography
internal import Endpoints
internal import JOSE
internal import OAuth
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
    private(set) var cutOffs = CutOffs()
    private var usedLogouts = UsedNames()
    private var usedStates = UsedNames()
    private let sessionKey: SealingKey
    private let makeProviders: Makes
    let log: OperationalLog
    private let tell: (CutOffs) -> Void
    let now: () -> Int64

    /// - Parameters:
    ///   - sessionKey: Seals where the settings have no keys.
    ///   - tell: Told of the cut-offs, each time that there are more.
    ///   - now: Milliseconds since 1970.
    public init(
        _ settings: LoginSettings,
        sessionKey: SealingKey,
        log: OperationalLog,
        providers: @escaping Makes,
        tell: @escaping (CutOffs) -> Void,
        now: @escaping () -> Int64 = { WallClock.milliseconds }
    ) {
        self.sessionKey = sessionKey
        self.makeProviders = providers
        self.log = log
        self.tell = tell
        self.now = now
        self.kit = SessionKit(settings, sessionKey: sessionKey)
        self.reader = SessionReader(self.kit, firstPlace: 0, scopes: ScopeTable())
        self.providers = providers(settings)
        self.refreshes = Refreshes(self.kit.life)
    }

    /// The policy was read again. Sessions and sign-ins under way go on.
    public func adopt(_ settings: LoginSettings) {
        guard settings != self.kit.settings else { return }
        self.refreshes.adopt(SessionLife(settings.session))
        if settings.providers != self.kit.settings.providers || settings.baseURL != self.kit.settings.baseURL {
            self.providers = self.makeProviders(settings)
        }
        self.kit = SessionKit(settings, sessionKey: self.sessionKey)
        self.reader = SessionReader(self.kit, firstPlace: 0, scopes: ScopeTable())
        self.reader.adopt(self.cutOffs)
    }

    /// `reply` is called once, now or later, on this loop.
    public func ask(_ question: LoginQuestion, _ reply: @escaping Reply) {
        switch question {
        case .refresh(let session, let isDue):
            self.refresh(session, isDue: isDue) { reply(.refresh($0)) }
        case .endpoint(let endpoint, let request):
            LoginTurn(self, request).answer(endpoint) { reply(.endpoint($0)) }
        }
    }

    // MARK: - For the endpoints

    var settings: LoginSettings { self.kit.settings }

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

    /// Whether a response of this `state` comes for the first time, to whichever copy of its browser's cookie.
    func use(state: String) -> Bool {
        let now = self.now()
        let digest = SecretDigest(of: state).bytes
        return self.usedStates.use(Hex.encode(digest.span), until: now + FlowBook.lifetime, now: now)
    }

    /// Whether a logout token comes for the first time.
    func use(_ logout: Logout, of provider: String) -> Bool {
        self.usedLogouts.use("\(provider) \(logout.tokenID)", until: logout.expiresAt * 1000, now: self.now())
    }

    /// Ends sessions before their time, copies of them included.
    func cut(_ subject: CutOffs.Subject) {
        let now = self.now()
        let lifetime = Int64(self.settings.session.lifetime.components.seconds) * 1000
        self.cutOffs.add(subject, startedUntil: now, endsAt: now + lifetime, now: now)
        self.reader.adopt(self.cutOffs)
        self.tell(self.cutOffs)
    }

    private func refresh(_ session: Session, isDue: Bool, _ completion: @escaping (RefreshOutcome) -> Void) {
        guard let provider = self.provider(named: session.provider),
            !self.cutOffs.cut(session.subjects, startedAt: session.times.startedAt)
        else { return completion(.ended) }
        self.refreshes.refresh(session, isDue: isDue, by: provider, now: self.now) { [self] outcome in
            if case .ended = outcome {
                self.log.report(.info, "session_ended", "The provider ended a session.", [])
                // Copies of it end, too.
                self.cut(.session(session.name))
            }
            // It may have been signed out while the provider thought about it.
            let isCut = self.cutOffs.cut(session.subjects, startedAt: session.times.startedAt)
            completion(isCut ? .ended : outcome)
        }
    }
}
