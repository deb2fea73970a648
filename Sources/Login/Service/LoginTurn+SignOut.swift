internal import Bytes
internal import Endpoints
internal import SharedState

/// Signing out, and who is signed in.
extension LoginTurn {
    /// GET asks: a link or an image of another page must not sign anybody out.
    func askToSignOut(_ reply: @escaping Reply) {
        guard let query = self.query(), let target = self.target(query["rd"]) else {
            return reply(self.failure(.target))
        }
        if let back = self.comeBack(query) { return reply(back) }
        guard let session else { return reply(self.telling(self.leftovers, self.signedOut(target))) }
        // Browsers hold redirects to what the page's policy says of its forms: the page has to know where its answer leads.
        self.signOutAddress(session, state: "") { [self] address in
            reply(self.signOutPage(session, target, leadingTo: address))
        }
    }

    /// The provider has signed out, too, and sends the browser back. Nil for a `state` that this browser was not given: what
    /// others have made up leads nowhere. The policy may have changed meanwhile, so that the target is judged again.
    private func comeBack(_ query: Parameters) -> EndpointAnswer? {
        guard let state = query["state"], let wanted = self.book.takeSignOut(state: state, at: self.now) else {
            return nil
        }
        guard let target = self.target(wanted) else { return self.keepingBook(self.failure(.target)) }
        return self.telling(self.leftovers, self.keepingBook(self.redirect(to: target.location)))
    }

    /// POST does it.
    func signOut(_ reply: @escaping Reply) {
        guard let form = self.form(), let target = self.target(form["rd"]) else { return reply(self.failure(.target)) }
        guard let session else { return reply(self.telling(self.leftovers, self.signedOut(target))) }
        guard self.isMeant(form, session) else { return reply(self.failure(.form)) }
        self.end(session, everywhere: form[SignOutScope.field.text] == SignOutScope.everywhere.rawValue) {
            [self] result in
            guard case .success = result else { return reply(self.stateUnavailable(.signOut)) }
            self.service.provider(of: session)?.revoke(session.identity)
            self.leave(session, for: target) { [self] answer in
                reply(self.telling(self.kit.removals(until: self.partCount), answer))
            }
        }
    }

    /// To the provider's sign-out, if it has one, and from there to `target`, by way of `BaseURL.signedOutURI`.
    private func leave(_ session: Session, for target: ReturnTarget, _ reply: @escaping Reply) {
        let flow = Flow(signOutTo: target.location, at: self.now)
        self.signOutAddress(session, state: flow.state) { [self] address in
            guard let address else { return reply(self.signedOut(stillAt: session.provider, target)) }
            self.book.begin(flow, at: self.now)
            reply(self.keepingBook(self.redirect(to: address)))
        }
    }

    /// Ends the session at all gateways, and all others of its person, if that is wanted.
    private func end(_ session: Session, everywhere: Bool, _ completion: @escaping StateCompletion<Void>) {
        if everywhere, let subject = session.identity.subject {
            return self.service.cut(.person(provider: session.provider, subject: subject)) { [self] result in
                guard case .success = result else { return completion(result) }
                self.end(session, everywhere: false, completion)
            }
        }
        self.service.cut(.session(session.name)) { [self] result in
            guard case .success = result, let handle = self.brought.handle else { return completion(result) }
            self.service.shelf.remove(handle, completion)
        }
    }

    func userInfo() -> EndpointAnswer {
        guard let session else {
            return EndpointAnswer(status: 401, json: ["error": "login_required"])
        }
        let claims = session.identity.claims
        let endsAt = self.kit.life.endsAt(session.times) / 1000
        return EndpointAnswer(
            json: [
                "provider": .string(session.provider),
                "subject": claims["sub"] ?? .null,
                "email": claims["email"] ?? .null,
                "groups": claims["groups"] ?? .array([]),
                "scopes": .array(session.identity.scopes.map { .string($0) }),
                "expires_at": .integer(endsAt),
            ]
        )
    }

    // MARK: - Private details

    /// Where the provider signs out, too; nil if it cannot.
    private func signOutAddress(_ session: Session, state: String, _ completion: @escaping (String?) -> Void) {
        guard let provider = self.service.provider(of: session) else { return completion(nil) }
        provider.signOutAddress(session.identity, state: state, completion)
    }

    private var leftovers: [String] { self.brought.isUnusable ? self.kit.removals(until: self.partCount) : [] }

    /// Whether the form is one of ours, or of a page of the gateway's own origin: then it is the person who asks.
    private func isMeant(_ form: Parameters, _ session: Session) -> Bool {
        if let token = form[SignOutForm.token.text], self.opens(token, session) { return true }
        if let site = self.request.fetchSite { return site == "same-origin" }
        return self.request.origin.map { $0.hasSameBytes(as: self.settings.baseURL.text) } ?? false
    }

    /// For the form of the page that asks: only this session's own page has it.
    func token(for session: Session) -> String {
        Base64URL.encode(self.kit.seal.seal(signOut: self.tokenText(session)))
    }

    private func opens(_ token: String, _ session: Session) -> Bool {
        guard let box = Base64URL.decode(token), let text = self.kit.seal.open(signOut: box.span) else { return false }
        return text == self.tokenText(session)
    }

    private func tokenText(_ session: Session) -> [UInt8] {
        Array("sign-out \(session.name.high) \(session.name.low)".utf8)
    }
}

/// The fields of the form that signs out.
enum SignOutForm {
    static let token: FieldName = "csrf"
    static let target: FieldName = "rd"
}
