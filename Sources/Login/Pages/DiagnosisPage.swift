internal import Endpoints

/// Why a browser comes back again and again without its session (400 `sign_in_failed`): the loop ends here, and somebody
/// can do something about it.
struct DiagnosisPage: Sendable {
    enum Cause: Sendable {
        /// The browser gives no cookie back.
        case cookieRefused
        /// The page was opened over http, and a cookie with `Secure` stays away from there.
        case secureOnHTTP
        /// The cookie belongs to one domain, and the page was opened in another.
        case wrongDomain(cookie: ForeignText, page: ForeignText)
        /// A clock is wrong: the session was over when it began.
        case clock
        /// The session does not fit into cookies.
        case size
        case unknown
    }

    static let status: UInt16 = 400
    static let refusal = EndpointRefusal.signInFailed

    let context: PageContext
    let cause: Cause
    let requestID: String
    /// Where to try again.
    var again: PageLink?

    var page: Page {
        PageFrame(context: self.context, title: self.words.title, hasProblem: true).page {
            self.context.problem(self.filled(self.sentences.cause))
            Element.h2 { self.words.person }
            Element.p { self.filled(self.sentences.person) }
            Element.h2 { self.words.operator }
            Element.p { self.filled(self.sentences.operator) }
            if let again = self.again { Element.p { again.markup(self.words.again) } }
            self.context.reference(code: Self.refusal.rawValue, requestID: self.requestID)
        }
    }

    private var words: LoginWords.Diagnosis { self.context.words.diagnosis }

    private var sentences: LoginWords.Diagnosis.Sentences {
        switch self.cause {
        case .cookieRefused: self.words.cookieRefused
        case .secureOnHTTP: self.words.secureOnHTTP
        case .wrongDomain: self.words.wrongDomain
        case .clock: self.words.clock
        case .size: self.words.size
        case .unknown: self.words.unknown
        }
    }

    /// With the names of hosts and of the settings that a sentence speaks of.
    private func filled(_ phrase: Phrase) -> [Markup] {
        var parts: [Phrase.Gap: Markup] = [.setting: Element.code { self.setting }]
        parts[.host] = self.context.service.shown.isolated
        if case .wrongDomain(let cookie, let page) = self.cause {
            parts[.host] = cookie.isolated
            parts[.place] = page.isolated
        }
        return phrase.filled(parts)
    }

    /// The key of the policy file that it is about.
    private var setting: Phrase {
        switch self.cause {
        case .cookieRefused: "Set-Cookie"
        case .secureOnHTTP: "login.base_url"
        case .wrongDomain: "login.cookie.domain"
        case .clock: "gatehouse doctor"
        case .size: "login.session.store: state"
        case .unknown: "gatehouse doctor"
        }
    }
}
