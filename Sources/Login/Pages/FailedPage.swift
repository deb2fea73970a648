internal import Endpoints

/// Why a sign-in came to nothing, in one sentence (`sign_in_failed`).
struct FailedPage: Sendable {
    enum Cause: Sendable {
        /// The request says things twice, or not in the form that it has to.
        case malformed
        /// The place to go to afterwards is none that anybody may be sent to.
        case target
        /// There is no such provider.
        case unknownProvider
        /// This browser has not begun such a sign-in, or it is over.
        case flow
        /// A form that is not of this browser's latest page.
        case form
        /// `access_denied` (RFC 6749, section 4.1.2.1): mostly the person's own no.
        case cancelled(ProviderCard)
        /// The provider said no, and how: its `error`, or a sentence. Shown cut and cleaned (RP14).
        case refused(ProviderCard, String)
        /// What it answered cannot be trusted or used. Why is the operator's to know, and in the log.
        case invalid(ProviderCard)
        /// It cannot be reached, or not now.
        case unavailable(ProviderCard)
        /// What is kept of sessions cannot be reached.
        case stateUnavailable

        /// The status that the page goes out with.
        var status: UInt16 {
            switch self {
            case .malformed, .target, .unknownProvider, .flow, .cancelled, .refused, .invalid: 400
            case .form: 403
            case .unavailable, .stateUnavailable: 503
            }
        }

        /// What the page and the access log say.
        var refusal: EndpointRefusal {
            guard case .stateUnavailable = self else { return .signInFailed }
            return .stateUnavailable
        }
    }

    /// Of what a provider says, with the mark for what was left out.
    static let providerTextLimit = 256

    let context: PageContext
    let cause: Cause
    let requestID: String
    /// Where to try again.
    var again: PageLink?

    var page: Page {
        PageFrame(context: self.context, title: self.title, hasProblem: true).page {
            self.context.problem(self.sentence)
            if let said = self.said, !said.isEmpty { Element.p(.class(.quiet)) { self.quotation(said) } }
            if let again = self.again { Element.p { again.markup(self.words.again) } }
            self.context.reference(code: self.cause.refusal.rawValue, requestID: self.requestID)
        }
    }

    /// Who could not be signed out is signed in.
    private var title: Phrase {
        switch self.cause {
        case .form, .stateUnavailable: self.words.titleOfTrouble
        default: self.words.title
        }
    }

    private var words: LoginWords.Failed { self.context.words.failed }

    private var sentence: [Markup] {
        switch self.cause {
        case .malformed: [.phrase(self.words.malformed)]
        case .target: [.phrase(self.words.target)]
        case .unknownProvider: [.phrase(self.words.unknownProvider)]
        case .flow: [.phrase(self.words.flow)]
        case .form: [.phrase(self.words.form)]
        case .stateUnavailable: [.phrase(self.words.stateUnavailable)]
        case .cancelled(let provider): self.filled(self.words.cancelled, provider)
        case .refused(let provider, _): self.filled(self.words.refused, provider)
        case .invalid(let provider): self.filled(self.words.invalid, provider)
        case .unavailable(let provider): self.filled(self.words.unavailable, provider)
        }
    }

    private func filled(_ phrase: Phrase, _ provider: ProviderCard) -> [Markup] {
        phrase.filled([.provider: provider.title.isolated])
    }

    private var said: ForeignText? {
        guard case .refused(_, let text) = self.cause else { return nil }
        return ForeignText(text, limit: Self.providerTextLimit - 1)
    }

    @MarkupBuilder
    private func quotation(_ said: ForeignText) -> [Markup] {
        self.words.said
        Phrase(" ")
        Element.code { said.isolated }
    }
}

extension FailedPage.Cause {
    init(_ failure: ProviderFailure, of provider: ProviderCard) {
        switch failure {
        case .unavailable: self = .unavailable(provider)
        case .refused("access_denied"): self = .cancelled(provider)
        case .refused(let text): self = .refused(provider, text)
        case .invalid: self = .invalid(provider)
        }
    }
}
