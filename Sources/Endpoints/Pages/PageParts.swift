/// Parts that several pages have.
extension PageContext {
    /// What went wrong, before anything else of the page.
    public func problem(_ content: [Markup]) -> Markup {
        Element.p(.id(.problem), .class(.problem), .fixed("role", "alert")) { content }
    }

    /// What went well.
    public func notice(_ phrase: Phrase) -> Markup {
        Element.p(.id(.notice), .class(.notice), .fixed("role", "status")) { phrase }
    }

    /// Under which name somebody is signed in.
    public func signedIn(as user: ForeignText) -> Markup {
        Element.p(.class(.quiet)) { self.language.frame.signedInAs.filled([.user: user.emphasised]) }
    }

    /// For whoever is asked for help: the code says what, the identifier which line of the log.
    public func reference(code: String, requestID: String) -> Markup {
        let parts: [Phrase.Gap: Markup] = [
            .code: Element.code { ForeignText(code) },
            // As long as an identifier that a trusted proxy may bring along.
            .request: Element.code { ForeignText(requestID, limit: 128) },
        ]
        return Element.p(.class(.quiet)) { self.language.frame.reference.filled(parts) }
    }
}
