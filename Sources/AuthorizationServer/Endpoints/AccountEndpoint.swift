internal import Bytes
internal import Endpoints
internal import Stores

/// `account`: what somebody can see and do about their own account.
enum AccountEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let visit = Visit(context)
        guard let person = try visit.session() else { return .answer(visit.signIn(returningTo: .account)) }
        let account = Account(visit: visit, person: person)
        return visit.isPost ? try self.act(account) : .answer(try account.page(notice: account.notice()))
    }

    private static func act(_ account: Account) throws(EndpointFailure) -> Step {
        let form = try account.visit.form()
        try account.visit.check(form, session: account.person)
        switch form[FieldName.action.text].flatMap(AccountAction.init(rawValue:)) {
        case .revokeAccess: return .answer(try self.revoke(account, form))
        case .changePassword: return try PasswordChange(form).begin(account)
        case .signOut: return .answer(try account.visit.end(account.visit.redirect(to: .endSession)))
        case .signOutEverywhere: return .answer(try self.signOutEverywhere(account))
        case nil: throw .page(.invalidRequest)
        }
    }

    private static func revoke(_ account: Account, _ form: Parameters) throws(EndpointFailure) -> EndpointAnswer {
        guard let client = form[FieldName.clientID.text] else { throw .page(.invalidRequest) }
        let (context, user) = (account.visit.context, account.person.user.name)
        let hadAny = try context.stored { store throws(StoreError) in
            try store.withdrawConsent(ofUser: user, toClient: client, at: context.now)
        }
        // A name that nothing was allowed is whatever somebody typed.
        if hadAny { context.note(.consentWithdrawn, subject: user, clientID: client) }
        return account.done(.accessRevoked)
    }

    /// Here, too: whoever fears that somebody else is signed in proves again to be the right one.
    private static func signOutEverywhere(_ account: Account) throws(EndpointFailure) -> EndpointAnswer {
        let (context, user) = (account.visit.context, account.person.user.name)
        try context.stored { store throws(StoreError) in try store.endSessions(ofUser: user, at: context.now) }
        context.note(.signOut, subject: user, .reason("everywhere"))
        return try account.visit.end(account.visit.redirect(to: .endSession))
    }
}
