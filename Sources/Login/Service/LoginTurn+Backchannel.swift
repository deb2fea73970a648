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

    /// A token counts once. Two claims say so: one that its logout has begun, one that it was carried out; when the state was
    /// lost in between, the provider was told to send the token once more.
    private func use(_ logout: Logout, _ provider: String, _ reply: @escaping Reply) {
        self.service.claim(logout, of: provider, .begun) { [self] begun in
            switch begun {
            case .failure: reply(self.stateUnavailable(.backchannelLogout))
            case .success(.some): self.end(logout, provider, reply)
            case .success(nil): self.useAgain(logout, provider, reply)
            }
        }
    }

    private func useAgain(_ logout: Logout, _ provider: String, _ reply: @escaping Reply) {
        self.service.claim(logout, of: provider, .done) { [self] done in
            switch done {
            case .failure: reply(self.stateUnavailable(.backchannelLogout))
            case .success(nil): reply(self.refusal("The logout token was used before."))
            case .success(let claim?): self.end(logout, provider, undoing: claim, reply)
            }
        }
    }

    /// - Parameter claim: Given back if nothing comes of it.
    private func end(_ logout: Logout, _ provider: String, undoing claim: StateClaim? = nil, _ reply: @escaping Reply) {
        guard let subject = CutOff.Subject(logout, of: provider) else { return reply(self.plain(200)) }
        self.service.cut(subject) { [self] result in
            switch (result, claim) {
            case (.success, .some): reply(self.plain(200))
            case (.success, nil): self.service.claim(logout, of: provider, .done) { _ in reply(self.plain(200)) }
            case (.failure, let claim?):
                self.service.state.release(claim) { _ in reply(self.stateUnavailable(.backchannelLogout)) }
            case (.failure, nil): reply(self.stateUnavailable(.backchannelLogout))
            }
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
