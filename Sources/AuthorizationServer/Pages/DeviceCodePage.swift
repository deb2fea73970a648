internal import Endpoints

/// Where somebody types what another device shows (RFC 8628 3.3).
struct DeviceCodePage: Sendable {
    enum Problem: Sendable {
        case unknownCode
        case lockedOut(Wait)
        case expired
    }

    let context: PageContext
    /// What was typed before, or came with `verification_uri_complete`.
    var userCode = ""
    var problem: Problem?
    let form: PageForm

    var page: Page {
        let frame = PageFrame(context: self.context, title: self.words.codeTitle, hasProblem: self.problem != nil)
        return frame.page {
            Element.p(.class(.lead)) { self.words.codeLead }
            if let problem = self.problem { self.context.problem(self.sentence(problem)) }
            self.form.markup {
                self.field.markup
                Button(label: self.words.codeSubmit).markup
            }
        }
    }

    private var words: Words.Device { self.context.words.device }

    private var field: TextField {
        var isInvalid = false
        if case .unknownCode = self.problem { isInvalid = true }
        return TextField(
            kind: .userCode,
            id: .userCode,
            name: .userCode,
            label: self.words.code,
            value: ForeignText(self.userCode, limit: Self.maximumLength),
            hint: (.userCodeHint, [.phrase(self.words.codeHint)]),
            isInvalid: isInvalid,
            isFirst: true
        )
    }

    /// Twice what a code with its hyphen has: enough to see that one mistyped.
    private static let maximumLength = 20

    private func sentence(_ problem: Problem) -> [Markup] {
        let words = self.context.words
        switch problem {
        case .unknownCode: return [.phrase(self.words.unknownCode)]
        case .lockedOut(let wait): return words.common.lockedOut.filled([.wait: wait.markup(words.time)])
        case .expired: return [.phrase(words.signIn.expired)]
        }
    }
}
