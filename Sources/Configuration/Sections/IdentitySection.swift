import Bytes
import HTTP
import OAuth
import Policy

// `identity`: what the upstream is told about who asks. A route's own replaces it key by key.

extension PolicyReader {
    func identity(_ field: PolicyField, over base: IdentitySettings) -> IdentitySettings? {
        guard let section = self.section(field) else { return nil }
        var settings = base
        section.read("headers", into: &settings.headers, self.identityHeaders)
        section.read("strip", into: &settings.strip, self.stripList)
        section.read("authorization", into: &settings.authorization, self.authorization)
        section.unsupported("assertion")
        section.finish()
        return settings
    }

    // MARK: - Headers

    private func identityHeaders(_ field: PolicyField) -> [IdentityHeaderSettings]? {
        guard let entries = self.named(field) else { return nil }
        var headers: [IdentityHeaderSettings] = []
        var names = FoldedNames()
        for (name, position, value) in entries {
            guard self.isSettable(name, value, at: position), self.isNew(name, in: &names, value, at: position) else {
                continue
            }
            if let source = self.identitySource(value) {
                headers.append(IdentityHeaderSettings(name: name.text, source: source))
            }
        }
        return headers
    }

    private func identitySource(_ field: PolicyField) -> IdentitySource? {
        if field.says("scopes") { return .scopes }
        for element in field.elements where element.says("scopes") {
            self.error(element, "`scopes`, the scopes of the token, stands alone; the claim of that name is `/scopes`")
            return nil
        }
        guard let selectors = self.list(field, self.claimSelector), !selectors.isEmpty else { return nil }
        return .claims(selectors)
    }

    private func authorization(_ field: PolicyField) -> IdentityAuthorization? {
        let authorization: IdentityAuthorization? = self.word(
            field,
            ["strip": .strip, "forward": .forward, "session": .session]
        )
        switch authorization {
        case .forward:
            self.warning(field, "upstreams see the credential, and could use it elsewhere")
        case .session where !self.hasLogin:
            self.error(field, "there is no `login` at the top of this policy, and so no session")
        case .session:
            self.warning(field, "upstreams see the provider's access token, and could use it elsewhere")
        case .strip, nil:
            break
        }
        return authorization
    }

    // MARK: - Strip

    private func stripList(_ field: PolicyField) -> [String]? {
        let patterns = self.list(field, mayBeEmpty: true, self.stripPattern) ?? []
        // What could not be read may cover what seems to be missing.
        guard patterns.count == field.elements.count else { return nil }
        let uncovered = IdentitySettings.defaultStrip.filter { !Self.covers(patterns, $0) }
        if !uncovered.isEmpty {
            let names = uncovered.map { "`\($0)`" }.joined(separator: ", ")
            self.warning(field, "clients may send \(names), which the default strips")
        }
        return patterns
    }

    private func stripPattern(_ field: PolicyField) -> String? {
        self.parsed(field, "the name of a header, or the beginning of one and `*`") { text in
            let name = text.hasSuffix("*") ? text.dropLast() : text[...]
            return name.utf8Span.span.isToken && !name.utf8.contains(UInt8(ascii: "*")) ? text : nil
        }
    }

    /// Whether some pattern strips all that `other` strips.
    private static func covers(_ patterns: [String], _ other: String) -> Bool {
        let wanted = other.hasSuffix("*") ? FoldedNames.folded(String(other.dropLast())) : FoldedNames.folded(other)
        return patterns.contains { pattern in
            guard pattern.hasSuffix("*") else { return !other.hasSuffix("*") && FoldedNames.folded(pattern) == wanted }
            return wanted.starts(with: FoldedNames.folded(String(pattern.dropLast())))
        }
    }
}
