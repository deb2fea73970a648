/// The classes that the style sheet knows. A page looks right with no style sheet at all; these make it pleasant.
enum StyleClass: String, CaseIterable, Sendable {
    // The frame.
    case brand, mark, card, wide
    // Text.
    case lead, quiet, hidden, tag, bad, links, code
    // What went well and what did not.
    case notice, problem
    // Forms.
    case field, hint, actions, secondary, danger
    // Lists.
    case facts, scopes, entries
}

/// The places of a page that labels and descriptions point at.
enum ElementID: String, Sendable {
    case title, problem, notice
    case username, password, userCode = "user-code", userCodeHint = "user-code-hint"
    case currentPassword = "current-password", newPassword = "new-password", repeatedPassword = "repeated-password"
    case newPasswordHint = "new-password-hint"
    case applications, signIns = "sign-ins", passwordSection = "password-section", sessions
}
