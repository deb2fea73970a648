internal import Endpoints
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
            case .success(let logout): reply(self.end(logout, name))
            }
        }
    }

    private func end(_ logout: Logout, _ provider: String) -> EndpointAnswer {
        guard self.service.use(logout, of: provider) else {
            return self.refusal("The logout token was used before.")
        }
        // Section 2.7: `sid` means one session, `sub` alone all of a person.
        if let sid = logout.providerSession {
            self.service.cut(.providerSession(provider: provider, sid: sid))
        } else if let subject = logout.subject {
            self.service.cut(.person(provider: provider, subject: subject))
        }
        return self.plain(200)
    }

    /// Section 2.8.
    private func refusal(_ text: String) -> EndpointAnswer {
        EndpointAnswer(status: 400, json: ["error": "invalid_request", "error_description": .string(text)])
    }

    private func plain(_ status: UInt16) -> EndpointAnswer {
        EndpointAnswer(status: status).adding("Cache-Control", "no-store")
    }
}
