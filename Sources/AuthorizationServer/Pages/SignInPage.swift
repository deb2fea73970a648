internal import Endpoints

/// User name and password.
struct SignInPage: Sendable {
    /// Why the page is shown, or shown again.
    enum Reason: Sendable {
        case first
        /// The client wants a fresh proof that the person is there (`prompt=login`, `max_age`).
        case again
        case wrongCredentials
        /// The same for names that nobody has: whether an account exists is not told.
        case lockedOut(Wait)
        /// The queue of passwords to be checked is full.
        case busy(Wait)
        case expired
    }

    let context: PageContext
    var client: ClientCard?
    /// What was typed before, or the client's `login_hint`.
    var username = ""
    var reason = Reason.first
    /// Where the browser goes in the end, through redirects.
    var redirect: WebOrigin?
    let form: PageForm

    var page: Page {
        let problem = self.problem
        let frame = PageFrame(
            context: self.context,
            title: self.words.title,
            redirect: self.redirect,
            hasProblem: problem != nil
        )
        return frame.page {
            self.lead
            if let problem { self.context.problem(problem) }
            self.form.markup {
                self.usernameField.markup
                self.passwordField.markup
                Button(label: self.words.submit).markup
            }
        }
    }

    private var words: Words.SignIn { self.context.words.signIn }

    private var name: ForeignText { ForeignText(self.username, limit: TextField.maximumLength) }

    @MarkupBuilder
    private var lead: [Markup] {
        Element.p(.class(.lead)) {
            if let client = self.client {
                self.words.lead.filled([.client: self.context.name(of: client)])
            } else {
                self.words.leadWithoutClient
            }
        }
        if case .again = self.reason { Element.p { self.words.again } }
    }

    private var problem: [Markup]? {
        let words = self.context.words
        switch self.reason {
        case .first, .again: return nil
        case .wrongCredentials: return [.phrase(self.words.wrong)]
        case .lockedOut(let wait): return words.common.lockedOut.filled([.wait: wait.markup(words.time)])
        case .busy(let wait): return words.common.busy.filled([.wait: wait.markup(words.time)])
        case .expired: return [.phrase(self.words.expired)]
        }
    }

    /// Only wrong credentials are the fields' fault.
    private var areFieldsInvalid: Bool {
        if case .wrongCredentials = self.reason { true } else { false }
    }

    private var usernameField: TextField {
        TextField(
            kind: .username,
            id: .username,
            name: .username,
            label: self.words.username,
            value: self.name,
            isInvalid: self.areFieldsInvalid,
            isFirst: self.name.isEmpty
        )
    }

    private var passwordField: TextField {
        TextField(
            kind: .currentPassword,
            id: .password,
            name: .password,
            label: self.words.password,
            isInvalid: self.areFieldsInvalid,
            isFirst: !self.name.isEmpty
        )
    }
}
