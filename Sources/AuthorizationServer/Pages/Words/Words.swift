internal import Endpoints

/// All that pages say, in one language. A language is complete when it compiles: each of these is required.
struct Words: Sendable {
    let frame: FrameWords
    let common: Common
    let signIn: SignIn
    let consent: Consent
    let scopes: Scopes
    let device: Device
    let account: Account
    let signOut: SignOut
    let errors: Errors

    var time: TimeWords { self.frame.time }

    struct Common: Sendable {
        let lockedOut, busy: Phrase
        let website, policy, terms: Phrase
        let allow, deny, unnamed: Phrase
    }

    struct SignIn: Sendable {
        let title, lead, leadWithoutClient, again: Phrase
        let username, password, submit: Phrase
        let wrong, expired: Phrase
    }

    struct Consent: Sendable {
        let title, titleChanged, titleConfirm: Phrase
        let lead, leadChanged, leadConfirm: Phrase
        let scopes, new, nothing: Phrase
        let destination, destinationApplication: Phrase
        let revocable: Phrase
    }

    /// What the scopes that every issuer knows mean. Those of the policy bring their own words.
    struct Scopes: Sendable {
        let openid, profile, email, address, phone, offlineAccess: Phrase
    }

    struct Device: Sendable {
        let codeTitle, codeLead, code, codeHint, codeSubmit: Phrase
        let unknownCode: Phrase
        let confirmTitle, confirmLead, warning: Phrase
        let confirmCode, confirmTime, confirmAddress, scopes: Phrase
        let approvedTitle, approved, deniedTitle, denied: Phrase
    }

    struct Account: Sendable {
        let title: Phrase
        let accessRevoked, passwordChanged: Phrase
        let applications, noApplications, allowedSince, lastUsed, revoke: Phrase
        let signIns, noSignIns, when, from, with, thisOne, failed, unknownBrowser: Phrase
        let password, currentPassword, newPassword, repeatedPassword, changePassword: Phrase
        let passwordHint: CountedPhrase
        let passwordElsewhere: Phrase
        let wrongPassword, passwordsDiffer, passwordTooShort, passwordTooLong, passwordUnchanged: Phrase
        let sessions, everywhereHint, signOutEverywhere, signOut: Phrase
    }

    struct SignOut: Sendable {
        let title, lead, leadWithClient, confirm, stay: Phrase
        let doneTitle, done, back: Phrase
    }

    struct Errors: Sendable {
        let sentence: @Sendable (ErrorPage.Code) -> Sentence
        let application: Phrase

        /// What happened, and what to do about it.
        struct Sentence: Sendable {
            let title, text: Phrase
            init(_ title: Phrase, _ text: Phrase) {
                self.title = title
                self.text = text
            }
        }
    }
}

extension Language {
    var words: Words {
        switch self {
        case .english: .english
        case .german: .german
        }
    }
}

extension PageContext {
    var words: Words { self.language.words }
}
