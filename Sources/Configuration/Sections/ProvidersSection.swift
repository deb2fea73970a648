import AuthorizationServer
import Bytes
import Login
import Policy

// `login.providers`: who signs people in, and who of them is let in.

extension PolicyReader {
    /// What other providers say and the embedded one implies.
    private static let embeddedProviderKeys = ["issuer", "preset", "client_id", "client_secret", "private_key", "tls"]

    func providers(_ field: PolicyField) -> [ProviderSettings]? {
        guard let entries = self.named(field) else { return nil }
        if entries.isEmpty { self.error(field, "there must be at least one provider") }
        guard entries.count <= LoginChoice.maximumProviders else {
            self.error(field, "at most \(LoginChoice.maximumProviders) providers")
            return nil
        }
        return entries.compactMap { name, position, field in
            self.providerNames.insert(name)
            guard self.isName(name, field, at: position) else { return nil }
            let settings = self.provider(field, named: name.text)
            // Other providers' scopes are words of their own.
            if let settings { self.providerScopes[name.text] = settings.kind == .embedded ? Set(settings.scopes) : [] }
            return settings
        }
    }

    private func provider(_ field: PolicyField, named name: String) -> ProviderSettings? {
        guard let section = self.section(field) else { return nil }
        if section.value("embedded", self.bool) ?? false { return self.embeddedProvider(section, named: name) }
        let kind = self.providerKind(section)
        let clientID = section.required("client_id", because: "the provider knows the gateway by it", self.credential)
        let authentication = self.providerAuthentication(section, kind)
        var settings = ProviderSettings(
            name: name,
            kind: kind ?? .github,
            clientID: clientID ?? "",
            authentication: authentication ?? .embedded
        )
        section.read("allow", into: &settings.allow, self.allow)
        section.read("tls", into: &settings.certificateAuthorities, self.authorities)
        if kind == .github {
            settings.scopes = Self.gitHubScopes(settings.allow)
            settings.endpoints = section.value("issuer", self.gitHubServer)
        }
        section.read("scopes", into: &settings.scopes) { self.list($0, self.scope) }
        section.finish()
        guard kind != nil, clientID != nil, authentication != nil else { return nil }
        self.completeScopes(&settings, section)
        self.warnOfEverybody(settings, section)
        return settings
    }

    private func embeddedProvider(_ section: Section, named name: String) -> ProviderSettings? {
        for key in Self.embeddedProviderKeys {
            guard let field = section.field(key) else { continue }
            self.error(field, "`embedded` implies it; leave it out", at: section.keyPosition(key))
        }
        var settings = ProviderSettings(
            name: name,
            kind: .embedded,
            clientID: ProviderSettings.embeddedClientID,
            authentication: .embedded
        )
        section.read("allow", into: &settings.allow, self.allow)
        // What it grants is the session's, so that routes ask for scopes of sessions as they do of tokens.
        settings.scopes += self.authorizationServer?.scopes.map(\.name) ?? []
        section.read("scopes", into: &settings.scopes) { self.list($0, self.clientScope) }
        section.finish()
        if let field = section.field("embedded") { self.checkEmbeddedProvider(field) }
        self.completeScopes(&settings, section)
        return settings
    }

    private func checkEmbeddedProvider(_ field: PolicyField) {
        if !self.hasAuthorizationServer {
            self.error(field, "there is no `authorization_server` in this policy that could sign people in")
        }
        if let other = self.embeddedProviderPath {
            self.error(field, "the embedded server is `\(other)` already")
        }
        self.embeddedProviderPath = field.path.description
    }

    // MARK: - Scopes

    /// What one has to ask GitHub for to learn names, verified addresses and, if they count, organisations and teams.
    private static func gitHubScopes(_ allow: AllowSettings) -> [String] {
        ["read:user", "user:email"] + (allow.groups.isEmpty ? [] : ["read:org"])
    }

    private func completeScopes(_ settings: inout ProviderSettings, _ section: Section) {
        guard settings.kind != .github, let field = section.field("scopes") else { return }
        if !settings.scopes.contains("openid") {
            settings.scopes.insert("openid", at: 0)
            self.warning(field, "`openid` is asked for as well: without it a provider does not say who signs in")
        }
        let countsAddresses = !settings.allow.emails.isEmpty || !settings.allow.domains.isEmpty
        if countsAddresses && !settings.scopes.contains("email") {
            self.warning(field, "without `email` no address is known, so that `allow` lets nobody in")
        }
    }

    // MARK: - Who is let in

    private func allow(_ field: PolicyField) -> AllowSettings? {
        guard let section = self.section(field) else { return nil }
        if section.isEmpty { self.error(field, "the mapping is empty; name `emails`, `domains` or `groups`") }
        var allow = AllowSettings()
        section.read("emails", into: &allow.emails) { self.list($0, self.email) }
        section.read("domains", into: &allow.domains) { self.list($0, self.emailDomain) }
        section.read("groups", into: &allow.groups, self.texts)
        section.finish()
        return allow
    }

    private func email(_ field: PolicyField) -> String? {
        self.parsed(field, "an address such as `ann@example.com`") { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            let isAddress = parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.allSatisfy { $0 > 0x20 }
            return isAddress ? text : nil
        }
    }

    private func emailDomain(_ field: PolicyField) -> String? {
        self.parsed(field, "what stands behind the `@`, such as `example.com`") { text in
            let domain = text.lowercased()
            return PolicyURL.isHost(domain) && !domain.hasSuffix(".") ? domain : nil
        }
    }

    /// Anybody can have an account there.
    private func warnOfEverybody(_ settings: ProviderSettings, _ section: Section) {
        guard settings.allow == AllowSettings(), section.field("allow") == nil else { return }
        let name: String
        switch settings.kind {
        case .github: name = "GitHub"
        case .issuer(_, preset: .google): name = "Google"
        case .issuer, .embedded: return
        }
        self.warning(section.field, "without `allow` everybody with an account at \(name) can sign in")
    }
}
