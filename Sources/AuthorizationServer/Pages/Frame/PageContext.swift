/// What all pages of one request have in common.
struct PageContext: Sendable {
    let language: Language
    /// The origin of the issuer, which people see at the top of each page.
    let service: WebOrigin

    var words: Words { self.language.words }
}
