internal import Endpoints

/// What a client was allowed.
struct GrantedConsent: Sendable {
    /// What revoking is told.
    let clientID: String
    let client: ClientCard
    let scopes: [ScopeLine]
    let allowedAt: PageTime
    var lastUsedAt: PageTime?

    func markup(_ context: PageContext, form: PageForm) -> Markup {
        Element.li {
            Element.p { context.name(of: self.client) }
            Element.p(.class(.quiet)) { self.dates(context.words) }
            Element.ul {
                for scope in self.scopes { Element.li { scope.meaning(context.words.scopes) } }
            }
            form.with(.action, AccountAction.revokeAccess.rawValue).with(.clientID, self.clientID).markup {
                Button(label: context.words.account.revoke, kind: .danger, about: self.client.name).markup
            }
        }
    }

    @MarkupBuilder
    private func dates(_ words: Words) -> [Markup] {
        words.account.allowedSince.filled([.time: self.allowedAt.markup(words.time)])
        if let lastUsed = self.lastUsedAt {
            Phrase(" · ")
            words.account.lastUsed.filled([.time: lastUsed.markup(words.time)])
        }
    }
}

/// When somebody signed in, or tried to.
struct RecentSignIn: Sendable {
    enum Outcome: Sendable { case succeeded, failed, thisSession }

    let time: PageTime
    let address: ForeignText
    let browser: BrowserName
    var outcome = Outcome.succeeded
}

/// The latest of them, newest first as they are given.
struct SignInTable {
    let context: PageContext
    let signIns: [RecentSignIn]

    @MarkupBuilder
    var markup: [Markup] {
        if self.signIns.isEmpty {
            Element.p { self.words.noSignIns }
        } else {
            // Roles are written out: a style sheet that lays cells out as blocks takes them away in some browsers.
            Element.table(.fixed("role", "table"), .labelledBy(.signIns)) {
                Element.thead(.fixed("role", "rowgroup")) { self.head }
                Element.tbody(.fixed("role", "rowgroup")) { for signIn in self.signIns { self.row(signIn) } }
            }
        }
    }

    private var words: Words.Account { self.context.words.account }

    private var head: Markup {
        Element.tr(.fixed("role", "row")) {
            for label in [self.words.when, self.words.with, self.words.from] {
                Element.th(.fixed("role", "columnheader"), .fixed("scope", "col")) { label }
            }
        }
    }

    private func row(_ signIn: RecentSignIn) -> Markup {
        Element.tr(.fixed("role", "row")) {
            self.cell { signIn.time.markup(self.context.words.time) }
            self.cell {
                if signIn.browser.text.isEmpty { self.words.unknownBrowser } else { signIn.browser.text.isolated }
                self.tag(signIn.outcome)
            }
            self.cell { signIn.address.isolated }
        }
    }

    private func cell(@MarkupBuilder content: () -> [Markup]) -> Markup {
        Element.td.with([.fixed("role", "cell")], content: content)
    }

    @MarkupBuilder
    private func tag(_ outcome: RecentSignIn.Outcome) -> [Markup] {
        switch outcome {
        case .succeeded: []
        case .failed:
            Phrase(" ")
            Element.span(.class(.tag, .bad)) { self.words.failed }
        case .thisSession:
            Phrase(" ")
            Element.span(.class(.tag)) { self.words.thisOne }
        }
    }
}
