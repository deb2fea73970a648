import Login
import Policy

// `login` of a route: whose browser sessions it takes, and what else of the route must fit it.

extension PolicyReader {
    func loginChoice(_ field: PolicyField) -> LoginChoice? {
        if field.says("false"), field.scalar?.value == .bool(false) { return LoginChoice.none }
        guard self.hasLogin else {
            self.error(field, "there is no `login` at the top of this policy, which says who signs people in")
            return nil
        }
        if field.scalar?.value == .bool(true) { return .any }
        guard let names = self.list(field, self.providerName), !names.isEmpty else { return nil }
        return .oneOf(names)
    }

    private func providerName(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "`true` or the name of a provider"), !scalar.isUnset else { return nil }
        if self.providerNames.contains(scalar) { return scalar.text }
        // Without any provider the list of them is wrong, and nothing can be said of one.
        guard !self.providerNames.isEmpty else { return nil }
        self.error(field, "unknown provider \(scalar.quoted)", suggestion: self.providerNames.closest(to: scalar))
        return nil
    }

    /// Compares `login` with the rest of a route, some of which comes from `defaults`. What it inherits and cannot use is
    /// nothing to it.
    func checkLogin(_ settings: inout RouteSettings, _ access: AccessDraft, _ section: Section) {
        if settings.access == .public, settings.login != .none {
            if let field = section.field("login") {
                self.error(field, "a public route looks at no session; leave it out, or write `access: authenticated`")
            }
            settings.login = .none
        }
        self.checkSessionAuthorization(&settings, section)
        self.warnOfUnusedAudiences(settings, access, section)
        self.warnOfMissingSessions(settings, section)
    }

    private func checkSessionAuthorization(_ settings: inout RouteSettings, _ section: Section) {
        guard settings.login == .none, settings.identity.authorization == .session else { return }
        settings.identity.authorization = .strip
        guard let field = section.field("identity")?.member("authorization") else { return }
        self.error(field, "the route takes no sessions; give it `login`")
    }

    /// A session was made for nobody else, and has no audience to judge.
    private func warnOfUnusedAudiences(_ settings: RouteSettings, _ access: AccessDraft, _ section: Section) {
        guard settings.login != .none else { return }
        for use in access.audiences where self.issuerNames.isEmpty || self.areProviders(use.issuers) {
            let field = section.field("access") == nil ? section.field : use.field
            self.warning(field, "`audiences` is not applied: sessions have none, and no token gets here")
        }
    }

    private func warnOfMissingSessions(_ settings: RouteSettings, _ section: Section) {
        guard case .anyOf(let requirements) = settings.access else { return }
        let field = section.field("access") ?? section.field
        if settings.login == .none, requirements.allSatisfy({ self.areProviders($0.issuers) }) {
            self.warning(field, "nobody can pass: `issuers` names providers alone, and the route has no `login`")
        }
        if settings.login != .none, !requirements.contains(where: { settings.login.mayBe(among: $0.issuers, self) }) {
            return self.warning(field, "no session passes: `issuers` names none of the providers of `login`")
        }
        self.warnOfMissingScopes(settings.login, requirements, field)
    }

    private func warnOfMissingScopes(_ login: LoginChoice, _ requirements: [RequirementSettings], _ field: PolicyField)
    {
        let names = login.names(among: self.providerScopes)
        // Of one that is wrong nothing is known.
        let known = names.compactMap { name in self.providerScopes[name].map { (name: name, scopes: $0) } }
        guard !known.isEmpty, known.count == names.count else { return }
        let passes = requirements.contains { requirement in
            known.contains { requirement.isMet(bySessionOf: $0.name, with: $0.scopes) }
        }
        guard !passes else { return }
        let fix =
            known.allSatisfy(\.scopes.isEmpty)
            ? "have scopes of an `embedded` provider alone; ask for `claims` instead, or name one in `login`"
            : "have no more scopes than the `embedded` provider lists in `scopes`; add what is missing there"
        self.warning(field, "no session passes: sessions \(fix)")
    }

    private func areProviders(_ names: [String]) -> Bool {
        // A name that an issuer has, too, means both.
        !names.isEmpty
            && names.allSatisfy { self.isProvider($0) && !self.issuerNames.contains(YAMLScalar($0, isPlain: true)) }
    }

    fileprivate func isProvider(_ name: String) -> Bool {
        self.providerNames.contains(YAMLScalar(name, isPlain: true))
    }
}

extension RequirementSettings {
    fileprivate func isMet(bySessionOf provider: String, with scopes: Set<String>) -> Bool {
        (self.issuers.isEmpty || self.issuers.contains(provider)) && scopes.isSuperset(of: self.scopes)
            && (self.anyScope.isEmpty || !scopes.isDisjoint(with: self.anyScope))
    }
}

extension LoginChoice {
    /// Whose sessions are taken, of all providers.
    fileprivate func names(among providers: [String: Set<String>]) -> [String] {
        switch self {
        case .none: []
        case .any: Array(providers.keys)
        case .oneOf(let names): names
        }
    }

    /// Whether a session that is taken can be of one of `issuers`; empty: any.
    fileprivate func mayBe(among issuers: [String], _ reader: PolicyReader) -> Bool {
        guard !issuers.isEmpty else { return true }
        switch self {
        case .none: return false
        case .any: return issuers.contains(where: reader.isProvider)
        case .oneOf(let names): return names.contains(where: issuers.contains)
        }
    }
}
