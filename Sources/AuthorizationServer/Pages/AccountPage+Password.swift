internal import Endpoints

/// Whether the account page can change the password, and what became of the last try.
enum AccountPassword: Sendable {
    /// It stands in the policy file, and only there can it be changed.
    case managedElsewhere
    case changeable(minimumLength: Int, Problem?)

    enum Problem: Sendable {
        case wrongPassword
        case differ
        case tooShort
        case tooLong
        case unchanged
        case lockedOut(Wait)
        case busy(Wait)
    }

    /// What went wrong, in words; nil if nothing did.
    func problem(_ words: Words) -> [Markup]? {
        guard case .changeable(_, let problem?) = self else { return nil }
        switch problem {
        case .wrongPassword: return [.phrase(words.account.wrongPassword)]
        case .differ: return [.phrase(words.account.passwordsDiffer)]
        case .tooShort: return [.phrase(words.account.passwordTooShort)]
        case .tooLong: return [.phrase(words.account.passwordTooLong)]
        case .unchanged: return [.phrase(words.account.passwordUnchanged)]
        case .lockedOut(let wait): return words.common.lockedOut.filled([.wait: wait.markup(words.time)])
        case .busy(let wait): return words.common.busy.filled([.wait: wait.markup(words.time)])
        }
    }

    @MarkupBuilder
    func markup(_ context: PageContext, user: ForeignText, form: PageForm) -> [Markup] {
        let words = context.words.account
        switch self {
        case .managedElsewhere: Element.p { words.passwordElsewhere }
        case .changeable(let minimumLength, let problem):
            form.with(.action, AccountAction.changePassword.rawValue).markup {
                // Beside its fields: the cursor is put there, and the page scrolled.
                if let sentence = self.problem(context.words) { context.problem(sentence) }
                self.owner(user)
                self.current(words, problem).markup
                self.new(words, problem, minimumLength).markup
                self.repeated(words, problem).markup
                Button(label: words.changePassword).markup
            }
        }
    }

    /// Tells a password manager whose password it is. Without a name it is not sent, and nobody sees it.
    private func owner(_ user: ForeignText) -> Markup {
        Element.input(
            .id(.username),
            .fixed("type", "text"),
            .fixed("autocomplete", "username"),
            .fixed("hidden", "hidden"),
            .value(user)
        )
    }

    private func current(_ words: Words.Account, _ problem: Problem?) -> TextField {
        var isInvalid = false
        if case .wrongPassword = problem { isInvalid = true }
        return TextField(
            kind: .currentPassword,
            id: .currentPassword,
            name: .currentPassword,
            label: words.currentPassword,
            isInvalid: isInvalid,
            isFirst: isInvalid
        )
    }

    private func new(_ words: Words.Account, _ problem: Problem?, _ minimumLength: Int) -> TextField {
        let isInvalid = problem?.isAboutNewPassword ?? false
        return TextField(
            kind: .newPassword,
            id: .newPassword,
            name: .newPassword,
            label: words.newPassword,
            hint: (.newPasswordHint, [words.passwordHint.filled(minimumLength)]),
            isInvalid: isInvalid,
            isFirst: isInvalid,
            minimumLength: minimumLength
        )
    }

    private func repeated(_ words: Words.Account, _ problem: Problem?) -> TextField {
        var isInvalid = false
        if case .differ = problem { isInvalid = true }
        return TextField(
            kind: .newPassword,
            id: .repeatedPassword,
            name: .repeatedPassword,
            label: words.repeatedPassword,
            isInvalid: isInvalid
        )
    }
}

extension AccountPassword.Problem {
    fileprivate var isAboutNewPassword: Bool {
        switch self {
        case .differ, .tooShort, .tooLong, .unchanged: true
        case .wrongPassword, .lockedOut, .busy: false
        }
    }
}
