internal import Endpoints

/// The end of a session.
struct SignedOutPage: Sendable {
    let context: PageContext
    /// Where to go from here: an address registered for the client, never one from the request alone.
    var back: WebURL?

    var page: Page {
        PageFrame(context: self.context, title: self.words.doneTitle).page {
            Element.p { self.words.done }
            if let back = self.back {
                Element.p {
                    Element.a(.href(back)) { self.words.back.filled([.host: back.origin.shown.isolated]) }
                }
            }
        }
    }

    private var words: Words.SignOut { self.context.words.signOut }
}
