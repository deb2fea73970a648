import AuthorizationServer
import Login
import Transport

// `login`: how browsers are signed in.

/// `login` as far as it can be read before the routes are known, which may say where browsers see the gateway.
struct LoginDraft {
    var settings: LoginSettings
    let section: Section
    /// Whether `base_url` is there, right or wrong.
    let hasBaseURL: Bool
    /// Nil when it is not there, wrong or not known.
    var baseURL: BaseURL?
}

extension PolicyReader {
    /// Reads all of `login`. Must be called after `issuers`, whose names its providers may not have.
    func login(_ field: PolicyField) -> LoginDraft? {
        guard let section = self.section(field) else { return nil }
        let baseURL = section.value("base_url", self.baseURL)
        let providers = section.required("providers", because: "they sign people in", self.providers)
        var settings = LoginSettings(baseURL: baseURL ?? Self.unknownBaseURL, providers: providers ?? [])
        section.read("session", into: &settings.session, self.browserSessions)
        section.read("cookie", into: &settings.cookie, self.sessionCookie)
        section.read("return_to", into: &settings.returnTo) { self.list($0, mayBeEmpty: true, self.baseURL) }
        section.finish()
        self.warnOfMissingKeys(section)
        guard let providers, !providers.isEmpty else { return nil }
        return LoginDraft(
            settings: settings,
            section: section,
            hasBaseURL: section.field("base_url") != nil,
            baseURL: baseURL
        )
    }

    /// What `draft` says, once it is known which routes take sessions.
    func login(_ draft: LoginDraft, _ routes: [PlacedRoute], behind listeners: [ListenerSettings]) -> LoginSettings {
        var draft = draft
        let takers = routes.filter { $0.settings.login != .none }
        if takers.isEmpty { self.warning(draft.section.field, "no route takes sessions; give those that do `login`") }
        if !draft.hasBaseURL { draft.baseURL = self.derivedBaseURL(draft.section, takers, listeners) }
        guard let baseURL = draft.baseURL else { return draft.settings }
        draft.settings.baseURL = baseURL
        self.checkCookie(draft.settings, draft.section)
        self.warnOfOtherHosts(takers, draft.settings)
        self.warnOfHiddenIssuer(draft.settings, draft.section)
        self.checkIssuerPath(draft.section)
        return draft.settings
    }

    /// Stands for an address that is wrong or not known, so that the rest is judged all the same. Nobody sees it.
    private static let unknownBaseURL: BaseURL = {
        guard let address = BaseURL("https://unknown.invalid") else { preconditionFailure("a plain origin is one") }
        return address
    }()

    // MARK: - Addresses

    private func baseURL(_ field: PolicyField) -> BaseURL? {
        if let scalar = field.scalar, !scalar.isUnset, let respelt = BaseURL.respelt(scalar.text),
            BaseURL(scalar.text) == nil
        {
            // What a variable brought along must not come back as a suggestion.
            let fix = scalar.isAsWritten ? "; write `\(respelt.text)`" : ""
            self.error(field, "browsers spell this IP address otherwise in what they send" + fix)
            return nil
        }
        let expected = "an address such as `https://app.example.com`, without path and query"
        guard let address = self.parsed(field, expected, BaseURL.init) else { return nil }
        guard address.isSecure || address.isLoopback else {
            self.error(field, "http is for this machine alone (127.0.0.1, [::1], localhost); sessions need https")
            return nil
        }
        return address
    }

    /// Both would answer there.
    private func checkIssuerPath(_ section: Section) {
        let path = LoginSettings.builtInPath
        guard let issuer = self.authorizationServer?.issuer, issuer.path == path || issuer.path.hasPrefix(path + "/")
        else { return }
        self.error(
            section.field,
            "browsers sign in below `\(path)`, where the authorization server is; give its `issuer` another path"
        )
    }
}
