internal import Endpoints

extension FieldName {
    // What people fill in.
    static let username: FieldName = "username"
    static let password: FieldName = "password"
    static let userCode: FieldName = "user_code"
    static let currentPassword: FieldName = "current_password"
    static let newPassword: FieldName = "new_password"
    static let repeatedPassword: FieldName = "repeated_password"
    // Which button it was, and what it is about.
    static let decision: FieldName = "decision"
    static let action: FieldName = "action"
    static let clientID: FieldName = "client_id"
}

extension ElementID {
    static let username: ElementID = "username"
    static let password: ElementID = "password"
    static let userCode: ElementID = "user-code"
    static let userCodeHint: ElementID = "user-code-hint"
    static let currentPassword: ElementID = "current-password"
    static let newPassword: ElementID = "new-password"
    static let newPasswordHint: ElementID = "new-password-hint"
    static let repeatedPassword: ElementID = "repeated-password"
    static let applications: ElementID = "applications"
    static let signIns: ElementID = "sign-ins"
    static let passwordSection: ElementID = "password-section"
    static let sessions: ElementID = "sessions"
}

/// What the two buttons under a question send.
enum PageDecision: String, FormChoice {
    case allow, deny

    static var field: FieldName { .decision }
}

/// What a form of the account page asks for.
enum AccountAction: String {
    case revokeAccess = "revoke_access"
    case changePassword = "change_password"
    case signOut = "sign_out"
    case signOutEverywhere = "sign_out_everywhere"
}
