internal import Endpoints
internal import SharedState
internal import Telemetry

/// The way to a provider, and the way back.
extension LoginTurn {
    /// `start`: sends the browser to the provider that it names, or to the only one.
    func start(_ reply: @escaping Reply) {
        guard let query = self.query(), let target = self.target(query["rd"]) else {
            return reply(self.failure(.target))
        }
        guard let name = query["provider"] ?? self.onlyProvider else {
            return reply(self.redirect(to: self.chooserAddress(target)))
        }
        guard let provider = self.service.provider(named: name), let settings = self.providerSettings(named: name)
        else {
            return reply(self.failure(.unknownProvider))
        }
        if self.book.isLooping(at: self.now) {
            return reply(self.keepingBook(self.diagnosis(self.causeOfLoop, again: target)))
        }
        let flow = Flow(provider: name, maker: settings.maker, target: target.location, at: self.now)
        provider.begin(flow.request) { [self] result in
            switch result {
            case .success(let address):
                self.book.begin(flow, at: self.now)
                reply(self.keepingBook(self.redirect(to: address)))
            case .failure(let failure): reply(self.failure(failure, of: name, again: target))
            }
        }
    }

    /// `callback`: what the provider sent the browser back with.
    func callback(_ reply: @escaping Reply) {
        // A token in a query was sent where others can read it (RFC 9700, section 2.1.2): it is not looked at.
        guard let query = self.query(), query["access_token"] == nil, query["id_token"] == nil else {
            return reply(self.failure(.malformed))
        }
        // Before anything is redeemed: whoever made this browser come here may have brought a code of its own.
        guard let state = query["state"] else { return reply(self.failure(.flow)) }
        guard let flow = self.book.take(state: state, at: self.now) else { return reply(self.stale(state)) }
        guard self.providerSettings(of: flow) != nil, let provider = self.service.provider(named: flow.provider) else {
            return reply(self.keepingBook(self.failure(.unknownProvider, again: self.target(flow.target))))
        }
        self.finish(query, flow, provider, reply)
    }

    private func finish(_ query: Parameters, _ flow: Flow, _ provider: any Provider, _ reply: @escaping Reply) {
        let target = self.target(flow.target)
        if let error = query["error"] {
            return provider.check(issuer: query["iss"]) { [self] result in
                var failure = ProviderFailure(error: error)
                // What somebody else has made up is not shown as this provider's word.
                if case .failure(let fault) = result { failure = fault }
                reply(self.keepingBook(self.failure(failure, of: flow.provider, again: target)))
            }
        }
        guard let code = query["code"], !code.isEmpty else {
            return reply(self.keepingBook(self.failure(.malformed, again: target)))
        }
        let response = SignInResponse(code: Redacted(code), issuer: query["iss"], request: flow.request)
        // Two copies of a callback at once have the same book.
        self.service.use(state: flow.state) { [self] result in
            switch result {
            case .failure: reply(self.keepingBook(self.stateUnavailable(.callback, again: target)))
            case .success(nil): reply(self.stale(flow.state))
            case .success: self.redeem(response, flow, provider, reply)
            }
        }
    }

    private func redeem(
        _ response: SignInResponse,
        _ flow: Flow,
        _ provider: any Provider,
        _ reply: @escaping Reply
    ) {
        let target = self.target(flow.target)
        provider.finish(response) { [self] result in
            switch result {
            case .success(let identity): self.signIn(identity, flow, provider) { reply(self.keepingBook($0)) }
            case .failure(let failure):
                reply(self.keepingBook(self.failure(failure, of: flow.provider, again: target)))
            }
        }
    }

    // MARK: - Private details

    /// A redirect goes on with what the provider's page began, so that browsers keep a `Strict` cookie back (RFC 6265bis,
    /// section 5.2): then a page of our own goes to the target.
    private func arrival(at target: String) -> EndpointAnswer {
        guard self.settings.cookie.sameSite == .strict else { return self.redirect(to: target) }
        return EndpointAnswer(status: 200, page: ArrivalPage(context: self.pageContext, target: target).page)
            .adding("Refresh", "0; url=\(target)")
    }

    private func providerSettings(named name: String) -> ProviderSettings? {
        self.settings.providers.first { $0.name == name }
    }

    /// The provider that `flow` has led to. Nil if the policy has it no more, or another one of its name.
    private func providerSettings(of flow: Flow) -> ProviderSettings? {
        self.providerSettings(named: flow.provider).flatMap { settings in
            flow.maker.map { $0 == settings.maker } ?? true ? settings : nil
        }
    }

    private var onlyProvider: String? {
        self.settings.providers.count == 1 ? self.settings.providers[0].name : nil
    }

    func chooserAddress(_ target: ReturnTarget) -> String {
        target == .start
            ? LoginEndpoint.chooser.rawValue
            : FormEncoding.append([("rd", target.location)], toQueryOf: LoginEndpoint.chooser.rawValue)
    }

    /// Of a callback whose flow is over: somebody went back, or opened it twice. Who is signed in goes on.
    private func stale(_ state: String) -> EndpointAnswer {
        guard let target = self.book.spentTarget(state: state) else { return self.failure(.flow) }
        return self.session == nil ? self.failure(.flow, again: self.target(target)) : self.redirect(to: target)
    }

    private func signIn(
        _ identity: Identity,
        _ flow: Flow,
        _ provider: any Provider,
        _ reply: @escaping Reply
    ) {
        // It may be another since the code was redeemed: then nobody uses what this one gave.
        guard let settings = self.providerSettings(of: flow) else {
            provider.revoke(identity)
            return reply(self.failure(.unknownProvider))
        }
        if let rule = settings.allow.refusal(of: identity) { return reply(self.denial(rule, identity, flow)) }
        // Always a new one: a session that somebody planted in this browser is none of theirs afterwards.
        let session = Session(of: identity, provider: flow.provider, maker: flow.maker, at: self.now)
        self.keep(session) { [self] result in
            switch result {
            case .success(let lines): reply(self.signedIn(flow, lines))
            case .failure(.tooLarge): reply(self.tooLarge(flow))
            case .failure: reply(self.stateUnavailable(.callback, again: self.target(flow.target)))
            }
        }
    }

    /// Keeps a new session, with the browser or in the shared state. What the browser is told then.
    private func keep(_ session: Session, _ completion: @escaping StateCompletion<[String]>) {
        guard self.kit.isHeld else {
            let lines = self.kit.lines(giving: session, at: self.now, replacing: self.partCount)
            return completion(lines.map { .success($0) } ?? .failure(.tooLarge))
        }
        let handle = SessionHandle(of: session)
        self.service.shelf.write(session, handle, at: self.now) { [self] result in
            completion(
                result.map { _ in
                    self.kit.lines(giving: handle, of: session, at: self.now, replacing: self.partCount)
                }
            )
        }
    }

    private func tooLarge(_ flow: Flow) -> EndpointAnswer {
        self.service.log.report(
            .error,
            "session_too_large",
            self.kit.isHeld
                ? "A session is too large to be kept: ask the provider for fewer claims."
                : "A session does not fit into cookies: ask the provider for fewer claims, or keep sessions in `state`.",
            [LogField("provider", .text(flow.provider))]
        )
        return self.diagnosis(.size, again: nil)
    }

    private func signedIn(_ flow: Flow, _ lines: [String]) -> EndpointAnswer {
        if let former = self.session { self.service.end(former.name, self.brought.handle) }
        self.book.signedIn(at: self.now)
        return self.telling(lines, self.arrival(at: flow.target))
    }
}
