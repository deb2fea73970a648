internal import Endpoints

extension LoginWords {
    static let english = LoginWords(
        chooser: .english,
        signOut: .english,
        denied: .english,
        failed: .english,
        diagnosis: .english,
        arrival: .english
    )
}

extension LoginWords.Chooser {
    fileprivate static let english = Self(
        title: "Sign in",
        lead: "Choose how you would like to sign in.",
        with: "Continue with {provider}"
    )
}

extension LoginWords.SignOut {
    fileprivate static let english = Self(
        title: "Sign out?",
        lead: "In this browser alone, or everywhere that you are signed in here?",
        here: "Sign out here",
        everywhere: "Sign out everywhere",
        stay: "Stay signed in",
        doneTitle: "Signed out",
        done: "You are signed out. You can close this page.",
        stillAt: "At {provider} you may still be signed in. On a computer that others use, sign out there, too.",
        again: "Sign in again"
    )
}

extension LoginWords.Denied {
    fileprivate static let english = Self(
        title: "You are not let in",
        lead: "You have signed in at {provider} as {user}, but this service is not open to you.",
        email: "Your email address is not among those that are let in.",
        domain: "Your email address is at none of the domains that are let in.",
        group: "You are in none of the groups that are let in.",
        unverifiedEmail:
            "Only those with a confirmed email address are let in, and {provider} has confirmed none of yours.",
        help: "If this is a mistake, ask whoever runs this service, and tell them the last line of this page.",
        another: "Sign in as somebody else"
    )
}

extension LoginWords.Failed {
    fileprivate static let english = Self(
        title: "You are not signed in",
        titleOfTrouble: "This did not work",
        malformed: "The request to sign in was not complete or correct. Please try again.",
        target: "The link leads to a place that you may not be sent to. To protect you, nothing was done.",
        unknownProvider: "This way to sign in does not exist here.",
        flow: "This sign-in took too long, was begun in another browser, or is already done. Please try again.",
        form: "The form did not come from this browser's latest page. Please try again.",
        stateUnavailable: "This cannot be done right now. Nothing was changed; please try again in a moment.",
        cancelled: "The sign-in at {provider} was cancelled.",
        refused: "{provider} did not sign you in.",
        invalid: "{provider} gave an answer that cannot be used. Whoever runs this service can see why.",
        unavailable: "{provider} cannot be reached right now. Please try again in a moment.",
        said: "It said:",
        again: "Try again"
    )
}

extension LoginWords.Diagnosis {
    fileprivate static let english = Self(
        title: "Signing in does not work",
        person: "What you can do",
        operator: "If you run this service",
        again: "Try again",
        cookieRefused: Sentences(
            cause: "You have signed in several times, but your browser does not keep the cookie that says so.",
            person: "Allow cookies for {host}. If you are in a private window, try an ordinary one.",
            operator: "Look whether something between browser and gateway takes away {setting} or Cookie fields."
        ),
        secureOnHTTP: Sentences(
            cause: "This page was opened over http, where the cookie that says you are signed in is not sent.",
            person: "Open the page with https:// in front of its address.",
            operator: "Send browsers from http to https, to the address that {setting} names."
        ),
        wrongDomain: Sentences(
            cause: "The cookie that says you are signed in is for {host}, but you came back at {place}.",
            person: "Open the page at {host}.",
            operator: "Send browsers to one host, or set {setting} to the domain that all of your hosts have in common."
        ),
        clock: Sentences(
            cause: "A clock is wrong: your sign-in was over in the moment it was done.",
            person: "Nothing is wrong on your side. Tell whoever runs this service, and try again later.",
            operator:
                "Let the clocks of all gateways and of the provider agree. {setting} shows how far they are apart."
        ),
        size: Sentences(
            cause: "The provider says so much about you that it does not fit into a cookie.",
            person: "Nothing is wrong on your side. Tell whoever runs this service.",
            operator: "Ask the provider for fewer scopes or groups, or keep sessions with {setting}."
        ),
        unknown: Sentences(
            cause: "You have signed in several times within a moment, and each time it was forgotten.",
            person: "Close all windows of {host}, delete its cookies, and try again.",
            operator: "Look into the log for the request below. {setting} checks providers, clocks and cookies."
        )
    )
}

extension LoginWords.Arrival {
    fileprivate static let english = Self(title: "You are signed in", on: "Continue")
}
