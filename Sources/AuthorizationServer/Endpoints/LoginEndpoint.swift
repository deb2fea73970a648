internal import Bytes
internal import Endpoints
internal import HTTP

/// `login`: name and password, on the way to somewhere else.
enum LoginEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let visit = Visit(context)
        return visit.isPost ? try self.signIn(visit) : .answer(try self.show(visit))
    }

    // MARK: - Private details

    private static func show(_ visit: Visit) throws(EndpointFailure) -> EndpointAnswer {
        let destination = try Destination(visit, visit.flow(visit.query()))
        if try destination.isReached { return destination.answer }
        return destination.page(try visit.session() == nil ? .first : .again, username: destination.hint)
    }

    private static func signIn(_ visit: Visit) throws(EndpointFailure) -> Step {
        let form = try visit.form()
        let flow = try visit.flow(form)
        try visit.check(form)
        let destination = try Destination(visit, flow)
        let name = form[FieldName.username.text] ?? ""
        return try PasswordCheck.begin(
            name: name,
            password: form[FieldName.password.text] ?? "",
            clientID: destination.client?.name,
            in: visit.context,
            ifBusy: { destination.page(.busy(Wait(.seconds(1))), username: name, status: 503, retryAfter: 1) }
        ) { context, outcome throws(EndpointFailure) in
            .answer(try self.end(outcome, name, Destination(Visit(context), flow)))
        }
    }

    private static func end(
        _ outcome: PasswordCheck.Outcome,
        _ name: String,
        _ destination: Destination
    ) throws(EndpointFailure) -> EndpointAnswer {
        switch outcome {
        case .right(let user):
            let context = destination.visit.context
            let answer = try destination.visit.begin(for: user, destination.answer)
            context.recordSignIn(of: user, succeeded: true)
            context.note(.signIn, subject: user.name, clientID: destination.client?.name)
            return answer
        case .wrong:
            // RFC 9110, section 15.5.4: what was shown is not enough. Browsers offer to keep no password after it.
            return destination.page(.wrongCredentials, username: name, status: 403)
        case .lockedOut(let seconds):
            let reason = SignInPage.Reason.lockedOut(Wait(.seconds(seconds)))
            return destination.page(reason, username: name, status: 429, retryAfter: seconds)
        }
    }
}

/// Where somebody goes who signs in.
private struct Destination {
    let visit: Visit
    let flow: Flow
    /// Nil for a page of ours.
    let turn: AuthorizationTurn?

    init(_ visit: Visit, _ flow: Flow) throws(EndpointFailure) {
        self.visit = visit
        self.flow = flow
        switch flow.purpose {
        case .authorization: self.turn = try AuthorizationTurn(visit, flow)
        case .visit: self.turn = nil
        }
    }

    var client: Client? { self.turn?.request.client }

    var hint: String {
        guard case .authorization(let parameters, _) = self.flow.purpose else { return "" }
        return parameters["login_hint"] ?? self.turn?.expected ?? ""
    }

    /// Whether nobody needs to sign in any more: another tab was faster.
    var isReached: Bool {
        get throws(EndpointFailure) {
            guard let turn = self.turn else { return try self.visit.session() != nil }
            return try turn.person() != nil
        }
    }

    /// On with it.
    var answer: EndpointAnswer {
        switch self.flow.purpose {
        case .authorization: self.visit.redirect(to: .consent, self.flow)
        case .visit(let endpoint, let query): self.visit.redirect(to: endpoint, query: query)
        }
    }

    func page(
        _ reason: SignInPage.Reason,
        username: String,
        status: UInt16 = 200,
        retryAfter: Int64? = nil
    ) -> EndpointAnswer {
        let page = SignInPage(
            context: self.pageContext,
            client: self.client.map(ClientCard.init),
            username: username,
            reason: reason,
            redirect: self.turn?.request.address.origin,
            form: self.visit.form(.login, flow: self.visit.seal(self.flow))
        )
        let answer = self.visit.answer(EndpointAnswer(status: status, page: page.page))
        return retryAfter.map { answer.adding("Retry-After", "\($0)") } ?? answer
    }

    private var pageContext: PageContext { self.visit.pageContext(of: self.flow) }
}
