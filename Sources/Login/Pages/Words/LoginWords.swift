internal import Endpoints

/// All that the pages of signing in say, in one language. A language is complete when it compiles: each of these is
/// required.
struct LoginWords: Sendable {
    let chooser: Chooser
    let signOut: SignOut
    let denied: Denied
    let failed: Failed
    let diagnosis: Diagnosis
    let arrival: Arrival

    struct Arrival: Sendable {
        let title, on: Phrase
    }

    struct Chooser: Sendable {
        let title, lead, with: Phrase
    }

    struct SignOut: Sendable {
        let title, lead, here, everywhere, stay: Phrase
        let doneTitle, done, stillAt, again: Phrase
    }

    struct Denied: Sendable {
        let title, lead: Phrase
        let email, domain, group, unverifiedEmail: Phrase
        let help, another: Phrase

        func sentence(_ rule: DeniedPage.Rule) -> Phrase {
            switch rule {
            case .email: self.email
            case .domain: self.domain
            case .group: self.group
            case .unverifiedEmail: self.unverifiedEmail
            }
        }
    }

    struct Failed: Sendable {
        let title, titleOfTrouble: Phrase
        let malformed, target, unknownProvider, flow, form, stateUnavailable: Phrase
        let cancelled, refused, invalid, unavailable: Phrase
        let said, again: Phrase
    }

    struct Diagnosis: Sendable {
        let title, person, `operator`, again: Phrase
        let cookieRefused, secureOnHTTP, wrongDomain, clock, size, unknown: Sentences

        /// What it is, what the person can do, and what the operator has to change.
        struct Sentences: Sendable {
            let cause, person, `operator`: Phrase
        }
    }
}

extension PageContext {
    var words: LoginWords {
        switch self.language {
        case .english: .english
        case .german: .german
        }
    }
}
