internal import Bytes
internal import Cryptography
internal import Endpoints
internal import Stores

/// One turn of an authorization: looks at the request, at who is signed in and at what they allowed before, and sends the
/// browser on.
struct AuthorizationTurn {
    let visit: Visit
    let flow: Flow
    let request: AuthorizationRequest
    /// Whom the client expects to be signed in (`id_token_hint`).
    let expected: String?

    /// Reads the flow's request anew: client and policy may have changed since it was sealed.
    ///
    /// Throws a page for an unknown client or redirect URI, and whatever the client is to be told of other faults.
    init(_ visit: Visit, _ flow: Flow) throws(EndpointFailure) {
        guard case .authorization(let parameters, let pushed) = flow.purpose else { throw .page(.flowExpired) }
        self.visit = visit
        self.flow = flow
        let context = visit.context
        guard let name = parameters["client_id"] else {
            throw .clientFault(.invalidRequest, of: nil, "The client_id is missing.")
        }
        guard let client = try context.client(named: name) else { throw .unknownClient }
        guard let address = ResponseAddress(parameters, of: client, context.policy) else {
            throw .clientFault(.redirectNotRegistered, of: client, Self.otherRedirect(parameters))
        }
        do throws(ProtocolError) {
            if client.requiresPushedRequests && pushed == nil {
                throw ProtocolError(.invalidRequest, "The client must push its requests.")
            }
            self.request = try AuthorizationRequest(parameters, of: client, context.policy)
            self.expected = try Self.expected(parameters, context)
        } catch {
            throw try Self.fault(error, of: client, visit, address, parameters)
        }
    }

    var context: EndpointContext { self.visit.context }

    /// Where the browser goes when nothing is left to ask but, perhaps, what `Question` says.
    func proceed() throws(EndpointFailure) -> EndpointAnswer {
        guard let person = try self.person() else { return try self.signInAnswer() }
        guard try self.question(for: person) != nil else { return try self.grant(to: person) }
        guard !self.request.prompts.contains(.none) else {
            return self.redirect(ProtocolError(.consentRequired, "The user has to be asked."))
        }
        return self.visit.redirect(to: .consent, self.flow)
    }

    /// Who is signed in, as lately as the client wants it.
    func person() throws(EndpointFailure) -> SignedIn? {
        guard let person = try self.visit.session() else { return nil }
        let isContent = self.request.isContent(with: person.session, begun: self.flow.begun, at: self.context.now)
        return isContent && !self.isSomebodyElse(person) ? person : nil
    }

    /// What the person has to be asked; nil if they have allowed all of it before, and for the gateway itself.
    ///
    /// RFC 8252, section 8.6: anybody on a device can pose as a public client, so that a person confirms each time.
    func question(for person: SignedIn) throws(EndpointFailure) -> ConsentPage.Occasion? {
        // Who signs in to the gateway allows nobody else anything, and codes for it are of use to nobody else.
        guard self.request.client.authentication != .gateway else { return nil }
        guard let allowed = try self.allowedBefore(by: person) else { return .first }
        let isCovered = self.request.access.scopes.allSatisfy { scope in
            allowed.contains { $0.hasSameBytes(as: scope) }
        }
        guard isCovered else { return .changed }
        let isCertain = self.request.client.isConfidential && self.request.address.origin.scheme == "https"
        return isCertain && !self.request.prompts.contains(.consent) ? nil : .confirm
    }

    func allowedBefore(by person: SignedIn) throws(EndpointFailure) -> [String]? {
        try self.context.stored { store throws(StoreError) in
            try store.consent(ofUser: person.user.name, toClient: self.request.client.name)
        }?.scopes
    }

    /// The answer to sending somebody to sign in.
    func signInAnswer() throws(EndpointFailure) -> EndpointAnswer {
        guard !self.request.prompts.contains(.none) else {
            return self.redirect(ProtocolError(.loginRequired, "Nobody is signed in, or not lately enough."))
        }
        // OpenID Connect Core, section 3.1.2.1: who signed in for this request is not whom the client means.
        if let person = try self.visit.session(), person.session.authenticated >= self.flow.begun,
            self.isSomebodyElse(person)
        {
            return self.redirect(ProtocolError(.loginRequired, "Somebody else is signed in."))
        }
        return self.visit.redirect(to: .login, self.flow)
    }

    func redirect(_ error: ProtocolError) -> EndpointAnswer {
        self.visit.answer(EndpointAnswer(seeOther: self.request.address.location(error)))
    }

    // MARK: - Private details

    private func isSomebodyElse(_ person: SignedIn) -> Bool {
        self.expected.map { !$0.hasSameBytes(as: person.user.name) } ?? false
    }

    private static func expected(_ parameters: Parameters, _ context: EndpointContext) throws(ProtocolError) -> String?
    {
        guard let text = parameters["id_token_hint"] else { return nil }
        guard let hint = IdentityTokenHint(text, keys: context.keys, issuer: context.policy.issuer.text) else {
            throw ProtocolError(.invalidRequest, "The id_token_hint is no ID token of this server.")
        }
        return hint.subject
    }

    /// The address itself is somebody else's words, and is not repeated.
    private static func otherRedirect(_ parameters: Parameters) -> StaticString {
        parameters["redirect_uri"] == nil
            ? "The redirect_uri is missing, and the client has not exactly one."
            : "The redirect_uri is not registered for this client; it is compared byte by byte."
    }

    /// RFC 9700, section 4.11.2: a browser is not sent on, with an error, before somebody has signed in: else anybody could
    /// use this server to lead people elsewhere. A request that wants no page is the exception.
    private static func fault(
        _ error: ProtocolError,
        of client: Client,
        _ visit: Visit,
        _ address: ResponseAddress,
        _ parameters: Parameters
    ) throws(EndpointFailure) -> EndpointFailure {
        let isSilent = parameters["prompt"] == Prompt.none.rawValue
        let isKnown = try isSilent ? false : visit.session() != nil
        guard isSilent || isKnown else {
            return .clientFault(ErrorPage.Code(error.code), of: client, error.sentence)
        }
        return .answer(visit.answer(EndpointAnswer(seeOther: address.location(error))))
    }
}
