internal import Endpoints

/// Who signed in well and is not let in (403 `sign_in_denied`). It says which rule it was, and never who would be let in.
struct DeniedPage: Sendable {
    /// What `allow` asked for in vain.
    enum Rule: CaseIterable, Sendable {
        /// `emails`.
        case email
        /// `domains`.
        case domain
        /// `groups`.
        case group
        /// Either of the first two, and the provider did not vouch for an address.
        case unverifiedEmail
    }

    static let status: UInt16 = 403
    static let refusal = EndpointRefusal.signInDenied

    let context: PageContext
    let provider: ProviderCard
    /// As the provider calls them: an address, or a name.
    let user: ForeignText
    let rule: Rule
    let requestID: String
    /// Where somebody signs in as somebody else.
    var another: PageLink?

    var page: Page {
        PageFrame(context: self.context, title: self.words.title).page {
            Element.p {
                self.words.lead.filled([.user: self.user.emphasised, .provider: self.provider.title.isolated])
            }
            Element.p { self.words.sentence(self.rule).filled([.provider: self.provider.title.isolated]) }
            Element.p { self.words.help }
            if let another = self.another { Element.p { another.markup(self.words.another) } }
            self.context.reference(code: Self.refusal.rawValue, requestID: self.requestID)
        }
    }

    private var words: LoginWords.Denied { self.context.words.denied }
}
