import OAuth

// `issuers`: whose tokens are accepted.

extension PolicyReader {
    /// RFC 7519 has no bound; a minute is more than clocks that are kept differ by.
    static let maximumLeeway = 60

    func issuers(_ field: PolicyField) -> [IssuerSettings]? {
        guard let entries = self.named(field) else { return nil }
        var issuers: [IssuerSettings] = []
        for (name, position, field) in entries {
            self.issuerNames.insert(name)
            guard self.isName(name, field, at: position) else { continue }
            if let issuer = self.issuer(field, named: name.text) { issuers.append(issuer) }
        }
        return issuers
    }

    private func issuer(_ field: PolicyField, named name: String) -> IssuerSettings? {
        guard let section = self.section(field) else { return nil }
        section.unsupported("introspection")
        if section.value("embedded", self.bool) ?? false { return self.embeddedIssuer(section, named: name) }
        let issuer = section.required("issuer", because: "it is the `iss` of the tokens", self.nonEmptyText)
        let audiences = section.required(
            "audiences",
            because: "one of them must be in `aud`; `any` accepts all",
            self.audiences
        )
        let algorithms = section.required("algorithms", because: "for example `[RS256, ES256]`", self.algorithms)
        let keys = self.keySource(section)
        if let issuer, let keys, let field = section.field("issuer") { self.checkIssuer(issuer, field, keys) }
        if let algorithms, let keys, let field = section.field("algorithms") { self.check(algorithms, field, keys) }
        var settings = IssuerSettings(
            name: name,
            issuer: issuer ?? "",
            audiences: audiences ?? .any,
            algorithms: algorithms ?? [],
            keys: keys ?? .discovery
        )
        self.readOptions(section, into: &settings)
        section.finish()
        return issuer == nil || audiences == nil || algorithms == nil || keys == nil ? nil : settings
    }

    private func readOptions(_ section: Section, into settings: inout IssuerSettings) {
        section.read("key_refresh", into: &settings.keyRefresh, self.keyRefresh)
        section.read("tls", into: &settings.certificateAuthorities, self.authorities)
        section.read("types", into: &settings.types, self.texts)
        self.readRequirements(section, into: &settings)
    }

    /// What can be asked of the tokens of every issuer.
    func readRequirements(_ section: Section, into settings: inout IssuerSettings) {
        section.read("leeway", into: &settings.leeway, self.leeway)
        section.read("scope_claims", into: &settings.scopeClaims) {
            self.list($0, mayBeEmpty: true, self.claimSelector)
        }
        section.read("require", into: &settings.required, self.requiredClaims)
        section.read("max_lifetime", into: &settings.maximumLifetime) { self.seconds($0, atLeast: 1) }
        section.read("token_from", into: &settings.tokenFrom, self.tokenLocations)
    }

    // MARK: - Who and for whom

    /// `iss` is any text (RFC 7519 4.1.1), but keys are discovered under a URL (RFC 8414 2).
    private func checkIssuer(_ issuer: String, _ field: PolicyField, _ keys: KeySourceSettings) {
        guard !self.isUnset(field) else { return }
        let url = PolicyURL(issuer)
        if keys == .discovery || issuer.range(ofText: "://") != nil {
            guard let url, !url.hasQuery else {
                self.error(
                    field,
                    "expected an http or https URL without user, query and fragment, found \(Self.quoted(field))"
                )
                return
            }
            if keys == .discovery, !url.isSecure, !url.isLoopback {
                self.warning(
                    field,
                    "keys are fetched over http; whoever is between here and the issuer can replace them"
                )
            }
        }
        self.checkUnique(issuer, field)
    }

    func checkUnique(_ issuer: String, _ field: PolicyField) {
        if let other = self.issuerTexts.updateValue(field.path.description, forKey: issuer) {
            self.error(field, "the same `iss` as `\(other)`")
        }
    }

    func audiences(_ field: PolicyField) -> AudienceSettings? {
        guard let texts = self.texts(field) else { return nil }
        guard texts.contains("any") else { return .oneOf(texts) }
        guard texts.count == 1 else {
            self.error(field, "`any` stands alone")
            return nil
        }
        self.warning(field, "tokens that the issuer made for other services are accepted too")
        return .any
    }

    // MARK: - When and where

    private func keyRefresh(_ field: PolicyField) -> KeyRefreshSettings? {
        guard let section = self.section(field) else { return nil }
        var settings = KeyRefreshSettings()
        section.read("fresh", into: &settings.fresh) { self.duration($0, atLeast: .seconds(1)) }
        section.read("unknown_kid", into: &settings.unknownKeyID) { self.duration($0, atLeast: .seconds(1)) }
        section.read("stale", into: &settings.stale) { self.duration($0, atLeast: .zero) }
        section.read("timeout", into: &settings.timeout, self.duration)
        section.finish()
        return settings
    }

    private func leeway(_ field: PolicyField) -> Int64? {
        guard let seconds = self.seconds(field) else { return nil }
        if seconds <= Self.maximumLeeway { return seconds }
        self.error(field, "at most \(Self.maximumLeeway)s; set the clocks instead")
        return nil
    }

    private func requiredClaims(_ field: PolicyField) -> [ClaimSelector]? {
        guard let claims = self.list(field, mayBeEmpty: true, self.claimSelector) else { return nil }
        if claims.count == field.elements.count, !claims.contains(where: { $0.steps == ["sub"] }) {
            self.warning(field, "tokens without `sub` are accepted, and say nothing about who asks")
        }
        return claims
    }

    func claimSelector(_ field: PolicyField) -> ClaimSelector? {
        self.parsed(field, "a claim: a dotted path, a JSON Pointer such as `/a~1b`, or a URL") { ClaimSelector($0) }
    }

    static func quoted(_ field: PolicyField) -> String { field.scalar?.quoted ?? "something else" }
}
