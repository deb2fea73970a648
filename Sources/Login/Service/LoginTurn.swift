internal import Bytes
internal import Endpoints

/// One request to one of sign-in's paths: what it brought, and what it is answered with.
final class LoginTurn {
    typealias Reply = (EndpointAnswer) -> Void

    let service: LoginService
    let request: EndpointRequest
    /// Milliseconds since 1970.
    let now: Int64
    /// What the flow cookie holds; changed as the turn goes on.
    var book: FlowBook
    let brought: BroughtSession
    /// The session that the browser has, if it has a live one.
    var session: Session? { self.brought.session }

    var kit: SessionKit { self.service.kit }
    var settings: LoginSettings { self.service.kit.settings }

    init(_ service: LoginService, _ request: EndpointRequest, _ brought: BroughtSession) {
        self.service = service
        self.request = request
        self.brought = brought
        self.now = service.now()
        let flowCookie = request.cookie(named: service.kit.flowCookie.name)
        self.book = flowCookie.map { FlowBook($0.span, service.kit.seal) } ?? FlowBook()
    }

    /// Calls `reply` once, now or when the provider has answered.
    func answer(_ endpoint: LoginEndpoint, _ reply: @escaping Reply) {
        guard !self.request.repeatsField else { return reply(self.failure(.malformed)) }
        guard !self.brought.isUnknown || !endpoint.needsSession else { return reply(self.stateUnavailable(endpoint)) }
        switch (endpoint, self.request.method) {
        case (.start, .get), (.start, .head): self.start(reply)
        case (.callback, .get): self.callback(reply)
        case (.chooser, .get), (.chooser, .head): reply(self.chooser())
        case (.signOut, .get), (.signOut, .head): self.askToSignOut(reply)
        case (.signOut, .post): self.signOut(reply)
        case (.backchannelLogout, .post): self.backchannelLogout(reply)
        case (.userInfo, .get), (.userInfo, .head): reply(self.userInfo())
        case (let endpoint, _): reply(Self.methodNotAllowed(endpoint))
        }
    }

    // MARK: - What the request says

    /// The query. Nil if it is malformed, or says one thing twice.
    func query() -> Parameters? { try? Parameters(parsing: self.request.query) }

    /// A form in the body; nil for anything else.
    func form() -> Parameters? {
        // A page that only wants to sign out sends no body, and so no type.
        if self.request.body.isEmpty { return Parameters([]) }
        return try? self.request.form()
    }

    /// Where `rd` wants to go; the start page without one, nil if it must not go there.
    func target(_ text: String?) -> ReturnTarget? {
        guard let text else { return .start }
        return ReturnTarget(text, baseURL: self.settings.baseURL, origins: self.settings.returnTo)
    }

    /// How many parts of a session the browser brought, live or not.
    var partCount: Int {
        var nothing = ByteBuffer()
        return self.kit.partCount { self.request.append(cookie: $0, to: &nothing) > 0 }
    }

    // MARK: - Answers

    /// A redirect after GET. It is nobody's to keep.
    func redirect(to location: String) -> EndpointAnswer {
        guard self.request.method != .post else { return EndpointAnswer(seeOther: location) }
        var answer = EndpointAnswer(status: 302)
        answer.add("Location", location)
        answer.add("Cache-Control", "no-store")
        answer.add("Referrer-Policy", "no-referrer")
        return answer
    }

    /// With the flow cookie as the turn leaves it.
    func keepingBook(_ answer: EndpointAnswer) -> EndpointAnswer {
        let cookie = self.kit.flowCookie
        guard !self.book.isEmpty else { return answer.adding("Set-Cookie", cookie.removal()) }
        let lifetime = FlowBook.lifetime / 1000
        return answer.adding("Set-Cookie", cookie.line(self.book.sealed(self.kit.seal), maximumAge: lifetime))
    }

    func telling(_ cookies: [String], _ answer: EndpointAnswer) -> EndpointAnswer {
        cookies.reduce(answer) { $0.adding("Set-Cookie", $1) }
    }

    // MARK: - Private details

    private static func methodNotAllowed(_ endpoint: LoginEndpoint) -> EndpointAnswer {
        let allowed: String
        switch endpoint {
        case .callback: allowed = "GET"
        case .start, .chooser, .userInfo: allowed = "GET, HEAD"
        case .signOut: allowed = "GET, HEAD, POST"
        case .backchannelLogout: allowed = "POST"
        }
        return EndpointAnswer(status: 405).adding("Allow", allowed).adding("Cache-Control", "no-store")
    }
}
