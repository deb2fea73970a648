internal import Endpoints

/// What somebody can see and do about their own account.
struct AccountPage: Sendable {
    /// What was just done.
    enum Notice: String, Sendable { case accessRevoked, passwordChanged }

    let context: PageContext
    /// The name that tokens carry, and the one that people call each other by.
    let user: ForeignText
    var fullName: ForeignText?
    var email: ForeignText?
    let consents: [GrantedConsent]
    let signIns: [RecentSignIn]
    let password: AccountPassword
    var notice: Notice?
    /// Each form of the page is this one, with its own `action`.
    let form: PageForm

    var page: Page {
        let frame = PageFrame(
            context: self.context,
            title: self.words.title,
            isWide: true,
            hasProblem: self.password.problem(self.context.words) != nil
        )
        return frame.page {
            Element.p(.class(.lead)) { self.person }
            if let notice = self.notice { self.context.notice(self.sentence(notice)) }
            self.section(.applications, self.words.applications) { self.applications }
            self.section(.signIns, self.words.signIns) {
                SignInTable(context: self.context, signIns: self.signIns).markup
            }
            self.section(.passwordSection, self.words.password) {
                self.password.markup(self.context, user: self.user, form: self.form)
            }
            self.section(.sessions, self.words.sessions) { self.sessions }
        }
    }

    private var words: Words.Account { self.context.words.account }

    private func section(_ id: ElementID, _ title: Phrase, @MarkupBuilder content: () -> [Markup]) -> Markup {
        let content = content()
        return Element.section(.labelledBy(id)) {
            Element.h2(.id(id)) { title }
            content
        }
    }

    @MarkupBuilder
    private var person: [Markup] {
        self.user.emphasised
        if let fullName = self.fullName { Phrase(" · "); fullName.isolated }
        if let email = self.email { Phrase(" · "); email.isolated }
    }

    private func sentence(_ notice: Notice) -> Phrase {
        switch notice {
        case .accessRevoked: self.words.accessRevoked
        case .passwordChanged: self.words.passwordChanged
        }
    }

    @MarkupBuilder
    private var applications: [Markup] {
        if self.consents.isEmpty {
            Element.p { self.words.noApplications }
        } else {
            Element.ul(.class(.entries)) {
                for consent in self.consents { consent.markup(self.context, form: self.form) }
            }
        }
    }

    @MarkupBuilder
    private var sessions: [Markup] {
        Element.p { self.words.everywhereHint }
        Element.div(.class(.actions)) {
            self.form.with(.action, AccountAction.signOut.rawValue).markup {
                Button(label: self.words.signOut, kind: .secondary).markup
            }
            self.form.with(.action, AccountAction.signOutEverywhere.rawValue).markup {
                Button(label: self.words.signOutEverywhere, kind: .danger).markup
            }
        }
    }
}
