internal import Bytes
internal import Endpoints
internal import HTTP
internal import Telemetry

/// What people see.
extension LoginTurn {
    /// `again`: where to try again, if that may help.
    func failure(_ cause: FailedPage.Cause, again target: ReturnTarget? = nil) -> EndpointAnswer {
        let page = FailedPage(
            context: self.pageContext,
            cause: cause,
            requestID: self.request.requestID,
            again: target.flatMap { PageLink(self.start($0)) }
        )
        let answer = self.answer(status: cause.status, page.page).refusing(cause.refusal)
        return cause.status == 503 ? answer.adding("Retry-After", Self.retryAfter) : answer
    }

    /// What a provider did wrong is the operator's to know.
    func failure(_ failure: ProviderFailure, of name: String, again target: ReturnTarget? = nil) -> EndpointAnswer {
        guard let card = self.card(of: name) else { return self.failure(.unknownProvider) }
        let (level, text): (LogLevel, String) =
            switch failure {
            case .unavailable(let text), .invalid(let text): (.error, text)
            case .refused(let text): (.warning, text)
            }
        self.service.log.report(
            level,
            "sign_in_failed",
            text,
            [LogField("provider", .text(name)), LogField("request_id", .text(self.request.requestID))]
        )
        return self.failure(FailedPage.Cause(failure, of: card), again: target)
    }

    func denial(_ rule: DeniedPage.Rule, _ identity: Identity, _ flow: Flow) -> EndpointAnswer {
        guard let card = self.card(of: flow.provider) else { return self.failure(.unknownProvider) }
        let page = DeniedPage(
            context: self.pageContext,
            provider: card,
            user: self.name(of: identity),
            rule: rule,
            requestID: self.request.requestID,
            another: PageLink(self.chooserAddress(.start))
        )
        return self.answer(status: DeniedPage.status, page.page).refusing(DeniedPage.refusal)
    }

    func diagnosis(_ cause: DiagnosisPage.Cause, again target: ReturnTarget?) -> EndpointAnswer {
        let page = DiagnosisPage(
            context: self.pageContext,
            cause: cause,
            requestID: self.request.requestID,
            again: target.flatMap { PageLink(self.start($0)) }
        )
        return self.answer(status: DiagnosisPage.status, page.page).refusing(DiagnosisPage.refusal)
    }

    /// What this needs cannot be known or kept now: nothing was changed, and it may be asked for again.
    func stateUnavailable(_ endpoint: LoginEndpoint, again target: ReturnTarget? = nil) -> EndpointAnswer {
        switch endpoint {
        case .userInfo, .backchannelLogout:
            EndpointAnswer(status: 503, json: ["error": "state_unavailable"])
                .adding("Retry-After", Self.retryAfter)
                .refusing(.stateUnavailable)
        case .start, .callback, .chooser, .signOut: self.failure(.stateUnavailable, again: target)
        }
    }

    private static let retryAfter = "5"

    /// Why the browser has no session although it has just signed in, as far as this request tells.
    var causeOfLoop: DiagnosisPage.Cause {
        if self.brought.isUnusable { return .clock }
        if self.settings.baseURL.isSecure && !self.request.isSecure { return .secureOnHTTP }
        let domain = self.settings.cookie.domain ?? self.settings.baseURL.host
        let host = self.request.host
        if host != domain && !(self.settings.cookie.domain != nil && host.hasSuffix(".\(domain)")) {
            return .wrongDomain(cookie: ForeignText(domain), page: ForeignText(host))
        }
        return self.session == nil ? .cookieRefused : .unknown
    }

    /// The page on which people choose; who is to sign in with one provider alone need not.
    func chooser() -> EndpointAnswer {
        guard let query = self.query(), let target = self.target(query["rd"]) else { return self.failure(.target) }
        let page = ChooserPage(
            context: self.pageContext,
            providers: self.settings.providers.map(ProviderCard.init),
            target: target == .start ? nil : target.location
        )
        return self.answer(status: 200, page.page)
    }

    /// - Parameter address: Where the answer to the form will lead, if it leads to the provider.
    func signOutPage(_ session: Session, _ target: ReturnTarget, leadingTo address: String?) -> EndpointAnswer {
        let page = SignOutPage(
            context: self.pageContext,
            user: self.name(of: session.identity),
            redirect: address.flatMap(WebOrigin.init(of:)),
            form: PageForm(
                path: PagePath(fixed: "/oauth2/sign_out"),
                hidden: [
                    HiddenField(name: SignOutForm.token, value: self.token(for: session)),
                    HiddenField(name: SignOutForm.target, value: target.location),
                ]
            ),
            stay: PageLink(target.location)
        )
        return self.answer(status: 200, page.page)
    }

    func signedOut(stillAt provider: String? = nil, _ target: ReturnTarget) -> EndpointAnswer {
        guard target == .start else { return self.redirect(to: target.location) }
        let page = SignedOutPage(
            context: self.pageContext,
            stillAt: provider.flatMap(self.card),
            again: PageLink(self.chooserAddress(.start))
        )
        return self.answer(status: 200, page.page)
    }

    // MARK: - Private details

    private func answer(status: UInt16, _ page: Page) -> EndpointAnswer { EndpointAnswer(status: status, page: page) }

    var pageContext: PageContext {
        guard let service = WebOrigin(of: self.settings.baseURL.text) else {
            preconditionFailure("a base URL is an origin: it was checked when the policy was read")
        }
        return self.request.pageContext(of: service, in: self.settings.template)
    }

    private func card(of name: String) -> ProviderCard? {
        self.settings.providers.first { $0.name == name }.map(ProviderCard.init)
    }

    private func name(of identity: Identity) -> ForeignText {
        let claims = identity.claims
        return ForeignText(claims["email"]?.string ?? claims["name"]?.string ?? identity.subject ?? "")
    }

    private func start(_ target: ReturnTarget) -> String {
        FormEncoding.append([("rd", target.location)], toQueryOf: LoginEndpoint.start.rawValue)
    }
}
