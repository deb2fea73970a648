internal import Endpoints

/// Whether somebody wants to sign out: a link alone must not do it (OpenID Connect RP-Initiated Logout 2).
struct SignOutPage: Sendable {
    let context: PageContext
    /// Who asks for it, if it is known.
    var client: ClientCard?
    var user: ForeignText?
    /// Where the browser goes afterwards.
    var redirect: WebOrigin?
    let form: PageForm

    var page: Page {
        PageFrame(context: self.context, title: self.words.title, redirect: self.redirect).page {
            Element.p { self.lead }
            if let user = self.user { self.context.signedIn(as: user) }
            self.form.markup { self.context.decision(allow: self.words.confirm, deny: self.words.stay) }
        }
    }

    private var words: Words.SignOut { self.context.words.signOut }

    @MarkupBuilder
    private var lead: [Markup] {
        if let client = self.client {
            self.words.leadWithClient.filled([.client: self.context.name(of: client)])
        } else {
            self.words.lead
        }
    }
}
