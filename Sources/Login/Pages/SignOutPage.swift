internal import Endpoints

/// Whether somebody wants to sign out, and how far: a link alone must not do it.
struct SignOutPage: Sendable {
    let context: PageContext
    /// As the provider calls them.
    var user: ForeignText?
    /// Where the answer leads besides the gateway: to the provider, which signs out, too.
    var redirect: WebOrigin?
    /// With the token against forged requests in it.
    let form: PageForm
    /// Who changes their mind goes back there.
    var stay: PageLink?

    var page: Page {
        PageFrame(context: self.context, title: self.words.title, redirect: self.redirect).page {
            if let user = self.user { self.context.signedIn(as: user) }
            Element.p { self.words.lead }
            self.form.markup {
                // The first button is what the Enter key means.
                Element.div(.class(.actions)) {
                    Button(label: self.words.here, choice: SignOutScope.here).markup
                    Button(label: self.words.everywhere, kind: .danger, choice: SignOutScope.everywhere).markup
                }
            }
            if let stay = self.stay { Element.p { stay.markup(self.words.stay) } }
        }
    }

    private var words: LoginWords.SignOut { self.context.words.signOut }
}

/// What the buttons of the page send.
enum SignOutScope: String, FormChoice {
    /// This browser's session.
    case here
    /// All sessions of the person at this provider.
    case everywhere

    static let field: FieldName = "scope"
}
