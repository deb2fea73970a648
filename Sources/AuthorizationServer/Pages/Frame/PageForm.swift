/// The name of a form's field: a word of the program.
struct FieldName: Sendable, ExpressibleByStringLiteral {
    let text: String
    init(stringLiteral text: StaticString) { self.text = "\(text)" }

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

/// A field that comes back as it was given: the flow, the token against forged requests.
struct HiddenField: Sendable {
    let name: FieldName
    let value: String
}

/// Where a form goes, and what it carries. Handlers make it; pages put their own fields between.
struct PageForm: Sendable {
    let path: PagePath
    let hidden: [HiddenField]

    /// The form with one more hidden field.
    func with(_ name: FieldName, _ value: String) -> PageForm {
        PageForm(path: self.path, hidden: self.hidden + [HiddenField(name: name, value: value)])
    }

    func markup(@MarkupBuilder content: () -> [Markup]) -> Markup {
        let content = content()
        return Element.form(.fixed("method", "post"), .action(self.path)) {
            for field in self.hidden {
                Element.input(.fixed("type", "hidden"), .name(field.name), .value(hidden: field.value))
            }
            content
        }
    }
}

/// What the two buttons under a question send.
enum PageDecision: String, FormChoice { case allow, deny }

/// What a form of the account page asks for.
enum AccountAction: String, FormChoice {
    case revokeAccess = "revoke_access"
    case changePassword = "change_password"
    case signOut = "sign_out"
    case signOutEverywhere = "sign_out_everywhere"
}
