internal import Bytes
internal import Endpoints
internal import Stores

/// The account of who is signed in, as a page.
struct Account {
    let visit: Visit
    let person: SignedIn

    /// Sign-ins that are shown.
    private static let shownSignIns = 10
    /// How long what was done is told after it was done: as long as a redirect takes.
    private static let noticeLifetime: Duration = .seconds(60)
    private static let noticeParameter = "done"

    /// Back to the page, which then says what was done.
    func done(_ notice: AccountPage.Notice) -> EndpointAnswer {
        let text = self.visit.box(.notice).seal(
            [notice.rawValue],
            until: self.visit.context.now + Self.noticeLifetime
        )
        return self.visit.redirect(to: .account, query: "\(Self.noticeParameter)=\(text)")
    }

    /// What was just done. Sealed: nobody's link tells people that their password was changed.
    func notice() throws(EndpointFailure) -> AccountPage.Notice? {
        let text = try self.visit.query()[Self.noticeParameter]
        return text.flatMap { self.visit.box(.notice).open($0, at: self.visit.context.now)?.first }
            .flatMap(AccountPage.Notice.init(rawValue:))
    }

    func page(
        _ problem: AccountPassword.Problem? = nil,
        notice: AccountPage.Notice? = nil
    ) throws(EndpointFailure) -> EndpointAnswer {
        let user = self.person.user
        let page = AccountPage(
            context: self.visit.pageContext(),
            user: ForeignText(user.name),
            fullName: user.displayName.map { ForeignText($0) },
            email: user.email.map { ForeignText($0) },
            consents: try self.consents(),
            signIns: try self.signIns(),
            password: user.isStored
                ? .changeable(minimumLength: PasswordRule.minimumLength, problem) : .managedElsewhere,
            notice: notice,
            form: self.visit.form(.account, session: self.person)
        )
        let answer = self.visit.answer(EndpointAnswer(status: problem?.status ?? 200, page: page.page))
        return problem?.wait.map { answer.adding("Retry-After", "\($0.seconds)") } ?? answer
    }

    // MARK: - Private details

    /// What was allowed to be remembered, and what devices and others were granted without that.
    private func consents() throws(EndpointFailure) -> [GrantedConsent] {
        let (context, user) = (self.visit.context, self.person.user.name)
        var allowed: [(client: String, scopes: [String], since: Timestamp)] = []
        try context.stored { store throws(StoreError) in
            for consent in try store.consents(ofUser: user) {
                allowed.append((consent.client, consent.scopes, consent.given))
            }
            for grant in try store.grants(ofUser: user, at: context.now)
            where !allowed.contains(where: { $0.client.hasSameBytes(as: grant.client) }) {
                allowed.append((grant.client, grant.scopes, grant.created))
            }
        }
        return try allowed.map { entry throws(EndpointFailure) in
            let client = try context.client(named: entry.client)
            return GrantedConsent(
                clientID: entry.client,
                client: client.map { ClientCard($0) } ?? ClientCard(name: ForeignText(entry.client)),
                scopes: entry.scopes.map { ScopeLine($0, in: context.policy) },
                allowedAt: PageTime(seconds: entry.since.seconds)
            )
        }
    }

    private func signIns() throws(EndpointFailure) -> [RecentSignIn] {
        let kept = try self.visit.context.stored { store throws(StoreError) in
            try store.signIns(ofUser: self.person.user.name, limit: Self.shownSignIns)
        }
        return kept.map { signIn in
            let isThis = signIn.succeeded && signIn.time == self.person.session.authenticated
            return RecentSignIn(
                time: PageTime(seconds: signIn.time.seconds),
                address: ForeignText(signIn.network),
                browser: BrowserName(userAgent: signIn.userAgent),
                outcome: isThis ? .thisSession : signIn.succeeded ? .succeeded : .failed
            )
        }
    }
}

extension AccountPassword.Problem {
    fileprivate var status: UInt16 {
        switch self {
        case .differ, .tooShort, .tooLong, .unchanged: 400
        case .wrongPassword: 403
        case .lockedOut: 429
        case .busy: 503
        }
    }

    fileprivate var wait: Wait? {
        switch self {
        case .lockedOut(let wait), .busy(let wait): wait
        case .wrongPassword, .differ, .tooShort, .tooLong, .unchanged: nil
        }
    }
}
