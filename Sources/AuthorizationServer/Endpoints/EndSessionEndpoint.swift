internal import Bytes
internal import Endpoints
internal import Stores

/// `end_session` (OpenID Connect RP-Initiated Logout): a client asks to sign somebody out.
enum EndSessionEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let visit = Visit(context)
        guard visit.isPost else { return .answer(try self.begin(visit, visit.query())) }
        let form = try visit.form()
        guard form[Visit.flowParameter] == nil else { return .answer(try self.decide(visit, form)) }
        return .answer(try self.repeatAsGet(visit, form))
    }

    // MARK: - Private details

    /// As at `authorize`: a form of another site comes without our cookies.
    private static func repeatAsGet(_ visit: Visit, _ form: Parameters) throws(EndpointFailure) -> EndpointAnswer {
        guard visit.context.request.body.count <= LogoutRequest.maximumByteCount else { throw .page(.invalidRequest) }
        let query = FormEncoding.encode(form.only(LogoutRequest.parameters))
        return EndpointAnswer(seeOther: visit.path(of: .endSession, query: query))
    }

    private static func begin(_ visit: Visit, _ parameters: Parameters) throws(EndpointFailure) -> EndpointAnswer {
        let request = try LogoutRequest(parameters, visit.context)
        guard let person = try visit.session() else { return self.nobodyIsSignedIn(visit, request) }
        if let subject = request.subject, subject.hasSameBytes(as: person.user.name) {
            return try visit.end(self.answer(visit, to: request.location))
        }
        return self.page(visit, request, person)
    }

    /// Without a proof that a client of ours sent the browser it is not sent on by itself.
    private static func nobodyIsSignedIn(_ visit: Visit, _ request: LogoutRequest) -> EndpointAnswer {
        if request.subject != nil, let location = request.location { return EndpointAnswer(seeOther: location) }
        let page = SignedOutPage(context: visit.pageContext(), back: request.location.flatMap(WebURL.init))
        return EndpointAnswer(page: page.page)
    }

    /// Section 2: without a hint that proves whom the client means, a link alone signs nobody out.
    private static func page(_ visit: Visit, _ request: LogoutRequest, _ person: SignedIn) -> EndpointAnswer {
        let flow = visit.box(.signOut).seal([request.location ?? ""], until: visit.context.now + Flow.lifetime)
        let page = SignOutPage(
            context: visit.pageContext(),
            client: request.client.map { ClientCard($0) },
            user: ForeignText(person.user.name),
            redirect: request.location.flatMap(WebOrigin.init(of:)),
            form: visit.form(.endSession, flow: flow, session: person)
        )
        return visit.answer(EndpointAnswer(page: page.page))
    }

    private static func decide(_ visit: Visit, _ form: Parameters) throws(EndpointFailure) -> EndpointAnswer {
        let flow = form[Visit.flowParameter].flatMap { visit.box(.signOut).open($0, at: visit.context.now) }
        guard let location = flow?.first else { throw .page(.flowExpired) }
        guard let person = try visit.session() else { return self.answer(visit, to: nil) }
        try visit.check(form, session: person)
        switch form[FieldName.decision.text].flatMap(PageDecision.init(rawValue:)) {
        case .allow: return try visit.end(self.answer(visit, to: location.isEmpty ? nil : location))
        case .deny: return visit.redirect(to: .account)
        case nil: throw .page(.invalidRequest)
        }
    }

    /// Where the browser goes when nobody is signed in any more: to the client, or to the page that says so.
    private static func answer(_ visit: Visit, to location: String?) -> EndpointAnswer {
        location.map { EndpointAnswer(seeOther: $0) } ?? visit.redirect(to: .endSession)
    }
}
