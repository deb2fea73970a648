internal import Bytes
internal import Cryptography
internal import Endpoints
internal import Stores

/// A new password, asked for on the account page.
struct PasswordChange: Sendable {
    private static let scheme = PasswordHash.Scheme.yescrypt

    private let current: String
    private let new: String
    private let repeated: String

    init(_ form: Parameters) {
        self.current = form[FieldName.currentPassword.text] ?? ""
        self.new = form[FieldName.newPassword.text] ?? ""
        self.repeated = form[FieldName.repeatedPassword.text] ?? ""
    }

    /// Tries the current password, hashes the new one and keeps it. All other sessions end with it.
    func begin(_ account: Account) throws(EndpointFailure) -> Step {
        guard account.person.user.isStored else { throw .page(.invalidRequest) }
        if let problem = self.problem { return .answer(try account.page(problem)) }
        return try PasswordCheck.begin(
            name: account.person.user.name,
            password: self.current,
            in: account.visit.context,
            ifBusy: Self.busyPage(account)
        ) { context, outcome throws(EndpointFailure) in
            try self.tried(outcome, Visit(context))
        }
    }

    // MARK: - Private details

    private var problem: AccountPassword.Problem? {
        guard self.new.hasSameBytes(as: self.repeated) else { return .differ }
        do throws(PasswordRule.Fault) {
            try PasswordRule.check(self.new, for: Self.scheme)
        } catch {
            return error == .tooShort ? .tooShort : .tooLong
        }
        return self.new.hasSameBytes(as: self.current) ? .unchanged : nil
    }

    private func tried(_ outcome: PasswordCheck.Outcome, _ visit: Visit) throws(EndpointFailure) -> Step {
        guard let person = try visit.session() else { return .answer(visit.signIn(returningTo: .account)) }
        let account = Account(visit: visit, person: person)
        switch outcome {
        case .right: return .hash(self.hashing(account))
        case .wrong: return .answer(try account.page(.wrongPassword))
        case .lockedOut(let seconds): return .answer(try account.page(.lockedOut(Wait(.seconds(seconds)))))
        }
    }

    private static func busyPage(_ account: Account) -> () throws(EndpointFailure) -> EndpointAnswer {
        { () throws(EndpointFailure) in try account.page(.busy(Wait(.seconds(1)))) }
    }

    private func hashing(_ account: Account) -> HashingJob {
        HashingJob(ifBusy: Self.busyPage(account)) { [new = self.new] in
            let hash = try? PasswordHash(hashing: new, scheme: Self.scheme)
            return { context throws(EndpointFailure) in
                // Its length was looked at, and parameters have no NUL.
                guard let hash else { throw .page(.invalidRequest) }
                return .answer(try Self.keep(hash, Visit(context)))
            }
        }
    }

    private static func keep(_ hash: PasswordHash, _ visit: Visit) throws(EndpointFailure) -> EndpointAnswer {
        guard let person = try visit.session() else { return visit.signIn(returningTo: .account) }
        let context = visit.context
        let isKept = try context.stored { store throws(StoreError) in
            try store.setPassword(
                hash,
                ofUser: person.user.name,
                keepingSession: person.session.id,
                at: context.now
            )
        }
        guard isKept else { throw .page(.invalidRequest) }
        context.note(.passwordChanged, subject: person.user.name)
        return Account(visit: visit, person: person).done(.passwordChanged)
    }
}
