import Policy

// Parts of one route that belong together, whether they are its own or come from `defaults`.

extension PolicyReader {
    func reportMissing(_ draft: RouteDraft, _ field: PolicyField) {
        if !draft.hasAccess { self.error(field, "`access` is missing; write `access: public` if you mean it") }
        // Behind a proxy that asks the gateway, the destination is the proxy's business.
        if !draft.hasDestination && !self.answersForwardAuth {
            self.error(field, "leads nowhere; it needs one of `upstream`, `respond` and `redirect`")
        }
    }

    func check(_ draft: RouteDraft, against path: PathPattern, _ section: Section, ownsAccess: Bool) {
        // What a variable brought into the path must not come back as a suggestion.
        let isWritten = section.field("path")?.scalar?.isAsWritten ?? false
        for use in draft.access?.parameters ?? [] where !path.parameters.contains(use.name) {
            let known = isWritten ? path.parameters : []
            let suggestion = Suggestion.closest(to: use.name, among: known).map { "{\($0)}" }
            if ownsAccess {
                self.error(use.field, "the path of the route has no parameter of this name", suggestion: suggestion)
            } else {
                let message = "`\(use.field.path)` names a parameter that the path does not have"
                self.error(section.field, message, suggestion: suggestion)
            }
        }
        if let prefix = draft.stripPrefix, !path.segments.starts(with: prefix.segments) {
            self.error(section.field, "the path does not begin with the whole segments of `strip_prefix`")
        }
    }

    /// What the gateway says about who asks, and what the policy says, cannot both be one header.
    func checkHeaders(_ settings: RouteSettings, _ section: Section) {
        guard !settings.requestHeaders.isEmpty else { return }
        let identity = Set(settings.identity.headers.map { FoldedNames.folded($0.name) })
        for header in settings.requestHeaders where identity.contains(FoldedNames.folded(header.name)) {
            let field = section.field("request_headers") ?? section.field
            self.error(field, "an identity header of this route stands here too")
        }
    }
}
