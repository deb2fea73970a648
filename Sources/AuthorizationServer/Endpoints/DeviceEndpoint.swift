internal import Bytes
internal import Endpoints
internal import Stores

/// `device` (RFC 8628, section 3.3): somebody types the code that a device shows, sees what the device wants and where it
/// is, and decides.
enum DeviceEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let visit = Visit(context)
        return .answer(visit.isPost ? try self.post(visit) : try self.ask(visit))
    }

    // MARK: - Private details

    /// The page for the code, which `verification_uri_complete` has filled in (section 3.3.1): it is looked at before it
    /// counts.
    private static func ask(_ visit: Visit) throws(EndpointFailure) -> EndpointAnswer {
        let typed = try visit.query()[FieldName.userCode.text] ?? ""
        guard let person = try visit.session() else { return self.signIn(visit, typed) }
        return DeviceTurn(visit: visit, person: person).codePage(typed)
    }

    private static func post(_ visit: Visit) throws(EndpointFailure) -> EndpointAnswer {
        let form = try visit.form()
        let typed = form[FieldName.userCode.text] ?? ""
        guard let person = try visit.session() else { return self.signIn(visit, typed) }
        try visit.check(form, session: person)
        let turn = DeviceTurn(visit: visit, person: person)
        // Only a page that named the device has a box with its code.
        guard let box = form[Visit.flowParameter] else { return try turn.look(typed) }
        guard let code = turn.open(box) else { return turn.codePage("", .expired) }
        switch form[FieldName.decision.text].flatMap(PageDecision.init(rawValue:)) {
        case .allow: return try turn.allow(code)
        case .deny: return try turn.deny(code)
        case nil: throw .page(.invalidRequest)
        }
    }

    private static func signIn(_ visit: Visit, _ typed: String) -> EndpointAnswer {
        guard let code = UserCode(typed: typed) else { return visit.signIn(returningTo: .device) }
        return visit.signIn(
            returningTo: .device,
            query: FormEncoding.encode([(name: FieldName.userCode.text, value: code.shown)])
        )
    }
}
