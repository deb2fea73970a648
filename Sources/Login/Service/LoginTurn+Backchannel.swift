internal import Endpoints
internal import SharedState
internal import Telemetry

/// Sign-out that a provider tells of (OpenID Connect Back-Channel Logout 1.0).
extension LoginTurn {
    func backchannelLogout(_ reply: @escaping Reply) {
        guard let token = self.form()?["logout_token"], let (name, sender) = self.service.sender(of: token) else {
            return reply(self.refusal("The request has no logout token of a provider of this gateway."))
        }
        sender.verify(logout: token) { [self] result in
            switch result {
            case .failure(.unavailable): reply(self.plain(503))
            case .failure: reply(self.refusal("The logout token is not valid."))
            case .success(let logout): self.use(logout, name, reply)
            }
        }
    }

    private func use(_ logout: Logout, _ provider: String, _ reply: @escaping Reply) {
        self.service.use(logout, of: provider) { [self] result in
            switch result {
            case .failure: reply(self.stateUnavailable(.backchannelLogout))
            case .success(let claim): self.end(logout, provider, isFirst: claim != nil, reply)
            }
        }
    }

    private func end(_ logout: Logout, _ provider: String, isFirst: Bool, _ reply: @escaping Reply) {
        guard let subject = CutOff.Subject(logout, of: provider) else { return reply(self.plain(200)) }
        // Its claim may be all that came of it the last time, when the state was lost in between: then the provider was told
        // to send it once more.
        guard isFirst || !self.service.hasCut(subject, since: logout.issuedAt * 1000) else {
            return reply(self.refusal("The logout token was used before."))
        }
        self.service.cut(subject) { [self] result in
            guard case .failure = result else { return reply(self.plain(200)) }
            reply(self.stateUnavailable(.backchannelLogout))
        }
    }

    /// Section 2.8.
    private func refusal(_ text: String) -> EndpointAnswer {
        EndpointAnswer(status: 400, json: ["error": "invalid_request", "error_description": .string(text)])
    }

    private func plain(_ status: UInt16) -> EndpointAnswer {
        EndpointAnswer(status: status).adding("Cache-Control", "no-store")
    }
}

extension CutOff.Subject {
    /// Section 2.7: `sid` means one session, `sub` alone all of a person. Nil for a token with neither.
    init?(_ logout: Logout, of provider: String) {
        if let sid = logout.providerSession {
            self = .providerSession(provider: provider, sid: sid)
        } else if let subject = logout.subject {
            self = .person(provider: provider, subject: subject)
        } else {
            return nil
        }
    }
}
