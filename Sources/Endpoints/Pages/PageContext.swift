/// What all pages of one request have in common.
public struct PageContext: Sendable {
    public let language: Language
    /// Whose pages these are: people see it at the top of each.
    public let service: WebOrigin
    /// The operator's frame; nil: the usual one.
    public let template: PageTemplate?

    public init(language: Language, service: WebOrigin, template: PageTemplate? = nil) {
        self.language = language
        self.service = service
        self.template = template
    }
}
