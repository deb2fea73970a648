/// What all pages of one request have in common.
public struct PageContext: Sendable {
    public let language: Language
    /// Whose pages these are: people see it at the top of each.
    public let service: WebOrigin

    public init(language: Language, service: WebOrigin) {
        self.language = language
        self.service = service
    }
}
