internal import Endpoints

extension Words {
    static let english = Words(
        frame: Language.english.frame,
        common: .english,
        signIn: .english,
        consent: .english,
        scopes: .english,
        device: .english,
        account: .english,
        signOut: .english,
        errors: .english
    )
}

extension Words.Common {
    fileprivate static let english = Self(
        lockedOut: "Too many attempts failed. You can try again in {wait}.",
        busy: "Many people are signing in right now. Please try again in {wait}.",
        website: "Website",
        policy: "Privacy policy",
        terms: "Terms of service",
        allow: "Allow",
        deny: "Deny",
        unnamed: "an application without a name"
    )
}

extension Words.SignIn {
    fileprivate static let english = Self(
        title: "Sign in",
        lead: "to continue to {client}",
        leadWithoutClient: "to continue to your account",
        again: "For your safety, please enter your password once more.",
        username: "User name",
        password: "Password",
        submit: "Sign in",
        wrong: "User name or password is wrong. Please try again.",
        expired: "This page was open for too long. Please sign in again."
    )
}

extension Words.Consent {
    fileprivate static let english = Self(
        title: "Allow access?",
        titleChanged: "Allow more access?",
        titleConfirm: "Continue?",
        lead: "{client} would like to use your account.",
        leadChanged: "{client} would like to do more than you have allowed so far.",
        leadConfirm: "You have allowed {client} to use your account before. Is it you who opened it now?",
        scopes: "It will be able to:",
        new: "New",
        nothing: "It asks for no access to your data.",
        destination: "You will go on to {host}.",
        destinationApplication: "You will go on to an application on this device ({host}).",
        revocable: "You can take this back at any time on your account page."
    )
}

extension Words.Scopes {
    fileprivate static let english = Self(
        openid: "Know who you are",
        profile: "See your name and your profile",
        email: "See your email address",
        address: "See your postal address",
        phone: "See your phone number",
        offlineAccess: "Keep this access while you are not there"
    )
}

extension Words.Device {
    fileprivate static let english = Self(
        codeTitle: "Connect a device",
        codeLead: "Enter the code that your device shows.",
        code: "Code",
        codeHint: "Capital or small letters, with or without the hyphen.",
        codeSubmit: "Continue",
        unknownCode: "There is no such code, or it is too old. Check what your device shows, or start again there.",
        confirmTitle: "Connect this device?",
        confirmLead: "{client} on another device would like to use your account.",
        warning: "Allow this only if you started it yourself and your device shows this very code. Nobody who calls "
            + "or writes to you needs it.",
        confirmCode: "Code",
        confirmTime: "Asked for",
        confirmAddress: "From address",
        scopes: "It will be able to:",
        approvedTitle: "Device connected",
        approved: "{client} goes on by itself. You can close this page.",
        deniedTitle: "Device not connected",
        denied: "{client} was given no access. You can close this page."
    )
}

extension Words.Account {
    fileprivate static let english = Self(
        title: "Your account",
        accessRevoked: "The application no longer has access.",
        passwordChanged: "Your password was changed. Applications have to sign in again.",
        applications: "Applications with access",
        noApplications: "No application has access to your account.",
        allowedSince: "Allowed on {time}",
        lastUsed: "Last used on {time}",
        revoke: "Revoke",
        signIns: "Recent sign-ins",
        noSignIns: "There are no sign-ins to show.",
        when: "When",
        from: "Address",
        with: "With",
        thisOne: "This session",
        failed: "Failed",
        unknownBrowser: "Unknown",
        password: "Password",
        currentPassword: "Current password",
        newPassword: "New password",
        repeatedPassword: "New password, once more",
        changePassword: "Change password",
        passwordHint: CountedPhrase(one: "At least {count} character.", other: "At least {count} characters."),
        passwordElsewhere: "Your password is managed by whoever runs this service.",
        wrongPassword: "The current password is wrong.",
        passwordsDiffer: "The two new passwords are not the same.",
        passwordTooShort: "The new password is too short.",
        passwordTooLong: "The new password is too long.",
        passwordUnchanged: "The new password is the one that you have.",
        sessions: "Sessions",
        everywhereHint: "If you have lost a device or see a sign-in that was not yours, end all sessions and take all "
            + "applications' access away. Then change your password.",
        signOutEverywhere: "Sign out everywhere",
        signOut: "Sign out here"
    )
}

extension Words.SignOut {
    fileprivate static let english = Self(
        title: "Sign out?",
        lead: "You will have to enter your password the next time.",
        leadWithClient: "{client} asks to sign you out. You will have to enter your password the next time.",
        confirm: "Sign out",
        stay: "Stay signed in",
        doneTitle: "Signed out",
        done: "You are signed out. You can close this page.",
        back: "Back to {host}"
    )
}
