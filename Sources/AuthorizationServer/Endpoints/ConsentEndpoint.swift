internal import Bytes
internal import Endpoints
internal import Stores

/// `consent`: whether a client may have what it asks for. Whoever has signed in comes through here, too.
enum ConsentEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let visit = Visit(context)
        return .answer(visit.isPost ? try self.decide(visit) : try self.ask(visit))
    }

    // MARK: - Private details

    private static func ask(_ visit: Visit) throws(EndpointFailure) -> EndpointAnswer {
        let turn = try AuthorizationTurn(visit, visit.flow(visit.query()))
        guard let person = try turn.person() else { return try turn.signInAnswer() }
        guard let question = try turn.question(for: person) else { return try turn.grant(to: person) }
        return try self.page(turn, person, question)
    }

    private static func decide(_ visit: Visit) throws(EndpointFailure) -> EndpointAnswer {
        let form = try visit.form()
        let turn = try AuthorizationTurn(visit, visit.flow(form))
        guard let person = try turn.person() else { return try turn.signInAnswer() }
        try visit.check(form, session: person)
        switch form[FieldName.decision.text].flatMap(PageDecision.init(rawValue:)) {
        case .allow: return try self.allow(turn, person)
        case .deny:
            turn.note(.consentDenied, by: person)
            return turn.redirect(ProtocolError(.accessDenied, "The user did not allow it."))
        case nil: throw .page(.invalidRequest)
        }
    }

    private static func allow(_ turn: AuthorizationTurn, _ person: SignedIn) throws(EndpointFailure) -> EndpointAnswer {
        let (client, scopes) = (turn.request.client.name, turn.request.access.scopes)
        let consent = try turn.context.consent(of: person.user, to: client, adding: scopes)
        let answer = try turn.grant(to: person, remembering: consent)
        turn.note(.consentGranted, by: person)
        return answer
    }

    private static func page(
        _ turn: AuthorizationTurn,
        _ person: SignedIn,
        _ occasion: ConsentPage.Occasion
    ) throws(EndpointFailure) -> EndpointAnswer {
        let before = try turn.allowedBefore(by: person)
        let scopes = turn.request.access.scopes.map { name in
            let isOld = before?.contains { $0.hasSameBytes(as: name) } ?? true
            return ScopeLine(name, in: turn.context.policy, isNew: !isOld)
        }
        let page = ConsentPage(
            context: turn.visit.pageContext(of: turn.flow),
            client: ClientCard(turn.request.client),
            user: ForeignText(person.user.name),
            scopes: scopes,
            occasion: occasion,
            redirect: turn.request.address.origin,
            form: turn.visit.form(.consent, flow: turn.visit.seal(turn.flow), session: person)
        )
        return turn.visit.answer(EndpointAnswer(page: page.page))
    }
}

extension AuthorizationTurn {
    fileprivate func note(_ event: AuditLog.Event, by person: SignedIn) {
        self.context.note(
            event,
            subject: person.user.name,
            clientID: self.request.client.name,
            .scope(self.request.access.scopes)
        )
    }
}

extension ScopeLine {
    /// With the words of the policy.
    init(_ name: String, in policy: ServerPolicy, isNew: Bool = false) {
        self.name = name
        self.explanation = policy.scopes.first { $0.name.hasSameBytes(as: name) }?.words
        self.isNew = isNew
    }
}

extension ClientCard {
    init(_ client: Client) { self.init(name: ForeignText(client.shownName)) }
}
