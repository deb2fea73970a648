internal import Endpoints

/// Whether a client may have what it asks for.
struct ConsentPage: Sendable {
    enum Occasion: Sendable {
        case first
        /// It was allowed less before; the new scopes are marked.
        case changed
        /// All of it was allowed before, but anybody on the device could pose as this client (RFC 8252 8.6).
        case confirm
    }

    let context: PageContext
    let client: ClientCard
    let user: ForeignText
    let scopes: [ScopeLine]
    var occasion = Occasion.first
    /// Where the answer goes.
    let redirect: WebOrigin
    let form: PageForm

    var page: Page {
        let frame = PageFrame(context: self.context, title: self.title, redirect: self.redirect)
        return frame.page {
            Element.p(.class(.lead)) { self.lead.filled([.client: self.context.name(of: self.client)]) }
            self.wishes
            Element.p { self.destination.filled([.host: self.redirect.shown.emphasised]) }
            self.context.links(of: self.client)
            Element.p(.class(.quiet)) {
                self.context.words.frame.signedInAs.filled([.user: self.user.emphasised])
                Phrase(" ")
                self.words.revocable
            }
            self.form.markup {
                self.context.decision(allow: self.context.words.common.allow, deny: self.context.words.common.deny)
            }
        }
    }

    private var words: Words.Consent { self.context.words.consent }

    private var title: Phrase {
        switch self.occasion {
        case .first: self.words.title
        case .changed: self.words.titleChanged
        case .confirm: self.words.titleConfirm
        }
    }

    private var lead: Phrase {
        switch self.occasion {
        case .first: self.words.lead
        case .changed: self.words.leadChanged
        case .confirm: self.words.leadConfirm
        }
    }

    @MarkupBuilder
    private var wishes: [Markup] {
        if self.scopes.isEmpty {
            Element.p { self.words.nothing }
        } else {
            Element.h2 { self.words.scopes }
            ScopeList(scopes: self.scopes).markup(self.context.words)
        }
    }

    /// People can tell a host that they know; a loopback address or a scheme says only that it stays on the device.
    private var destination: Phrase {
        self.redirect.isOnThisDevice ? self.words.destinationApplication : self.words.destination
    }
}
