import OAuth
import Policy

// `access` of a route: who may pass.

/// A parameter that a claim is compared with, and where it is named: the path must have it.
struct ParameterUse {
    let name: String
    let field: PolicyField
}

/// The `audiences` of one mapping, and what it says of issuers.
struct AudienceUse {
    let issuers: [String]
    let field: PolicyField
}

/// `access`, with what must still be compared with the route.
struct AccessDraft {
    var settings: AccessSettings
    var parameters: [ParameterUse] = []
    var audiences: [AudienceUse] = []
}

extension PolicyReader {
    func access(_ field: PolicyField) -> AccessDraft? {
        // What it says of access is put in below.
        var draft = AccessDraft(settings: .authenticated)
        guard let settings = self.accessSettings(field, &draft) else { return nil }
        draft.settings = settings
        return draft
    }

    private func accessSettings(_ field: PolicyField, _ draft: inout AccessDraft) -> AccessSettings? {
        switch field.node.content {
        case .scalar:
            return self.word(field, ["public": .public, "optional": .optional, "authenticated": .authenticated])
        case .mapping:
            return self.requirement(field, &draft).map { .anyOf([$0]) }
        case .sequence(let nodes):
            guard !nodes.isEmpty else {
                self.error(field, "the list is empty; write `authenticated` for any valid token")
                return nil
            }
            let requirements = field.elements.compactMap { self.requirement($0, &draft) }
            return requirements.count == nodes.count ? .anyOf(requirements) : nil
        }
    }

    private func requirement(_ field: PolicyField, _ draft: inout AccessDraft) -> RequirementSettings? {
        guard let section = self.section(field) else { return nil }
        guard !section.isEmpty else {
            self.error(field, "the mapping is empty; write `authenticated` for any valid token")
            return nil
        }
        var settings = RequirementSettings()
        section.read("issuers", into: &settings.issuers) { self.list($0, self.issuerName) }
        section.read("audiences", into: &settings.audiences, self.texts)
        section.read("scopes", into: &settings.scopes) { self.list($0, self.scope) }
        section.read("any_scope", into: &settings.anyScope) { self.list($0, self.scope) }
        section.read("claims", into: &settings.claims) { self.claims($0, &draft.parameters) }
        section.finish()
        if let field = section.field("audiences") {
            draft.audiences.append(AudienceUse(issuers: settings.issuers, field: field))
        }
        return settings
    }

    private func issuerName(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "the name of an issuer"), !scalar.isUnset else { return nil }
        if self.issuerNames.contains(scalar) || self.providerNames.contains(scalar) { return scalar.text }
        self.error(
            field,
            "unknown issuer \(scalar.quoted)",
            suggestion: self.issuerNames.closest(to: scalar) ?? self.providerNames.closest(to: scalar)
        )
        return nil
    }

    /// `scope-token` of RFC 6749 3.3: visible ASCII without `"` and `\`.
    func scope(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "a scope"), !scalar.isUnset else { return nil }
        let isScope = scalar.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if isScope && !scalar.text.isEmpty { return scalar.text }
        let hint = scalar.text.utf8.contains(0x20) ? "; several scopes are a list: `[a, b]`" : ""
        self.error(field, "\(scalar.quoted) is not one scope" + hint)
        return nil
    }
}
