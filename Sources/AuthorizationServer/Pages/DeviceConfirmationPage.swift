internal import Endpoints

/// Whether a device may go on in the person's name. It is asked even if the code came in the link: somebody else could have
/// sent that (RFC 8628 5.4).
struct DeviceConfirmationPage: Sendable {
    let context: PageContext
    let client: ClientCard
    let user: ForeignText
    let scopes: [ScopeLine]
    /// As the device shows it.
    let userCode: String
    let requestedAt: PageTime
    /// The address that the device asked from, and what is known of the place.
    let requestedFrom: ForeignText
    let form: PageForm

    var page: Page {
        PageFrame(context: self.context, title: self.words.confirmTitle).page {
            Element.p(.class(.lead)) { self.words.confirmLead.filled([.client: self.context.name(of: self.client)]) }
            self.facts
            if !self.scopes.isEmpty {
                Element.h2 { self.words.scopes }
                ScopeList(scopes: self.scopes).markup(self.context.words)
            }
            Element.p { self.words.warning }
            self.context.links(of: self.client)
            self.context.signedIn(as: self.user)
            self.form.markup {
                self.context.decision(allow: self.context.words.common.allow, deny: self.context.words.common.deny)
            }
        }
    }

    private var words: Words.Device { self.context.words.device }

    private var facts: Markup {
        Element.dl(.class(.facts)) {
            Element.dt { self.words.confirmCode }
            Element.dd(.class(.code)) { Element.strong { ForeignText(self.userCode) } }
            Element.dt { self.words.confirmTime }
            Element.dd { self.requestedAt.markup(self.context.words.time) }
            Element.dt { self.words.confirmAddress }
            Element.dd { self.requestedFrom.isolated }
        }
    }
}
