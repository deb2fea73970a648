internal import Endpoints

/// The end of a session.
struct SignedOutPage: Sendable {
    let context: PageContext
    /// The provider that was not told, so that the next sign-in may ask for nothing.
    var stillAt: ProviderCard?
    /// Where somebody signs in again.
    var again: PageLink?

    var page: Page {
        PageFrame(context: self.context, title: self.words.doneTitle).page {
            Element.p { self.words.done }
            if let provider = self.stillAt {
                Element.p { self.words.stillAt.filled([.provider: provider.title.emphasised]) }
            }
            if let again = self.again { Element.p { again.markup(self.words.again) } }
        }
    }

    private var words: LoginWords.SignOut { self.context.words.signOut }
}
