internal import Endpoints

/// The end of the way back from a provider, where a redirect will not do: it goes on by itself.
struct ArrivalPage: Sendable {
    let context: PageContext
    /// Where the browser goes on; it was validated.
    let target: String

    var page: Page {
        PageFrame(context: self.context, title: self.words.title).page {
            if let on = PageLink(self.target) { Element.p { on.markup(self.words.on) } }
        }
    }

    private var words: LoginWords.Arrival { self.context.words.arrival }
}
