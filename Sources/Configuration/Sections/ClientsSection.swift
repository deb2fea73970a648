import AuthorizationServer
import Bytes

// `authorization_server.clients`: who may ask for tokens, and how.

extension PolicyReader {
    /// Grants that a client may list in `grants`; the others stand in `legacy`.
    private static let grantWords: KeyValuePairs<String, GrantType> = [
        "authorization_code": .authorizationCode, "client_credentials": .clientCredentials,
        "refresh_token": .refreshToken, "device_code": .deviceCode,
    ]
    private static let legacyWords: KeyValuePairs<String, GrantType> = ["password": .password, "implicit": .implicit]
    /// As a person reads it on the consent page.
    private static let maximumDisplayNameByteCount = 200

    /// `server` has scopes and audiences already.
    func clients(_ field: PolicyField, of server: AuthorizationServerSettings) -> [Client]? {
        guard let entries = self.named(field) else { return nil }
        return entries.compactMap { name, position, field in
            guard self.isName(name, field, at: position) else { return nil }
            return self.client(field, named: name.text, of: server)
        }
    }

    private func client(_ field: PolicyField, named name: String, of server: AuthorizationServerSettings) -> Client? {
        guard let section = self.section(field) else { return nil }
        let start = self.problems.count
        let authentication = self.clientAuthentication(section)
        var client = Client(name: name, authentication: authentication ?? .none)
        section.read("name", into: &client.displayName) { self.displayName($0) }
        section.read("redirect_uris", into: &client.redirectURIs) { self.list($0, mayBeEmpty: true, self.redirectURI) }
        section.read("post_logout_redirect_uris", into: &client.postLogoutRedirectURIs) {
            self.list($0, mayBeEmpty: true, self.redirectURI)
        }
        section.read("scopes", into: &client.scopes, self.clientScopes)
        section.read("introspect", into: &client.introspects) { self.list($0) { self.audience($0, of: server) } }
        section.read("require_par", into: &client.requiresPushedRequests, self.bool)
        self.readGrants(section, into: &client)
        section.finish()
        guard authentication != nil else { return nil }
        self.report(client.faults, section, knowing: Array(self.problems[start...]))
        return client
    }

    private func readGrants(_ section: Section, into client: inout Client) {
        if let field = section.field("grants"), let grants = self.list(field, mayBeEmpty: true, self.grant) {
            client.grants.formUnion(grants)
        }
        guard let field = section.field("legacy") else { return }
        for element in field.elements {
            guard let grant = self.word(element, Self.legacyWords) else { continue }
            client.grants.insert(grant)
            self.warning(element, grant == .password ? Self.passwordGrant : Self.implicitGrant)
        }
    }

    private func grant(_ field: PolicyField) -> GrantType? {
        if field.says("password") || field.says("implicit") {
            self.error(field, "RFC 9700 advises against it; if nothing else is possible, list it in `legacy`")
            return nil
        }
        return self.word(field, Self.grantWords)
    }

    private static let passwordGrant = "the client sees the passwords of its users (RFC 9700, section 2.4)"
    private static let implicitGrant = "tokens stand in addresses, where others may read them (RFC 9700, section 2.1.2)"

    // MARK: - One value

    private func redirectURI(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "a redirect URI"), !scalar.isUnset else { return nil }
        do {
            return try RedirectURI(scalar.text).text
        } catch {
            self.error(field, "\(error)")
            return nil
        }
    }

    /// Each once.
    private func clientScopes(_ field: PolicyField) -> [String]? {
        var scopes: [String] = []
        for element in field.elements {
            guard let scope = self.clientScope(element) else { continue }
            if scopes.contains(where: { $0.hasSameBytes(as: scope) }) {
                self.warning(element, "the scope stands here twice")
            } else {
                scopes.append(scope)
            }
        }
        return scopes
    }

    func clientScope(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "a scope"), !scalar.isUnset else { return nil }
        if ScopeName.builtIn.contains(where: field.says) || self.scopeNames.contains(scalar) { return scalar.text }
        let known = "name it in `authorization_server.scopes` with the words of the consent page"
        let suggestion =
            Suggestion.closest(to: scalar.source, among: ScopeName.builtIn) ?? self.scopeNames.closest(to: scalar)
        self.error(field, "unknown scope \(scalar.quoted); \(known)", suggestion: suggestion)
        return nil
    }

    private func audience(_ field: PolicyField, of server: AuthorizationServerSettings) -> String? {
        guard let scalar = self.scalar(field, "an audience"), !scalar.isUnset else { return nil }
        // Without any audience the list itself is wrong, and nothing can be said of one.
        if server.audiences.isEmpty || server.hasAudience(scalar.text) { return scalar.text }
        self.error(field, "\(scalar.quoted) is not in `authorization_server.audiences`")
        return nil
    }

    func displayName(_ field: PolicyField) -> String? {
        guard let text = self.nonEmptyText(field), !self.isUnset(field) else { return nil }
        guard text.utf8.count <= Self.maximumDisplayNameByteCount, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            let limit = Self.maximumDisplayNameByteCount
            self.error(field, "a name is at most \(limit) bytes without line ends and control characters")
            return nil
        }
        return text
    }

    // MARK: - The whole

    /// What is wrong with a list already, or not known, needs no second message.
    private func report(_ faults: [ClientFault], _ section: Section, knowing problems: [Problem]) {
        for fault in faults {
            let keys = fault.keys
            let fields = keys.compactMap(section.field)
            guard !fields.contains(where: { self.isIncomplete($0, problems) }) else { continue }
            self.error(fields.first ?? section.field, fault.description)
        }
    }

    /// Whether a problem, or a variable that is not set, keeps a list from being known.
    private func isIncomplete(_ field: PolicyField, _ problems: [Problem]) -> Bool {
        field.elements.contains { element in
            self.isUnset(element)
                || problems.contains { $0.position == element.node.position && $0.severity == .error }
        }
    }
}

extension ClientFault {
    /// The keys that decide about it; it is reported at the first that is there.
    fileprivate var keys: [String] {
        switch self {
        case .withoutPurpose: ["grants", "legacy", "introspect"]
        case .withoutRedirectURI: ["redirect_uris", "grants", "legacy"]
        case .publicWithClientCredentials, .refreshTokenAlone: ["grants"]
        case .publicIntrospection: ["introspect"]
        }
    }
}
