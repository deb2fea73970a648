internal import AuthorizationServer
package import JOSE
internal import Stores

/// What `gatehouse users list` prints.
package struct UserListing {
    private let rows: [Row]

    fileprivate struct Row {
        let name: String
        let source: String
        let displayName: String?
        let email: String?
        let isEmailVerified: Bool
        let groups: [String]
        let claims: JSONValue
        let created: Timestamp?
        let passwordChanged: Timestamp?
    }

    init(policy: [User], stored: [UserRecord]) {
        self.rows = policy.map(Row.init) + stored.map(Row.init)
    }

    /// A table with a line of headings.
    package var text: String {
        var table = TextTable()
        table.append("NAME", "SOURCE", "FULL NAME", "E-MAIL", "VERIFIED", "GROUPS", "PASSWORD CHANGED")
        for row in self.rows {
            table.append(
                row.name,
                row.source,
                row.displayName ?? "-",
                row.email ?? "-",
                row.isEmailVerified ? "yes" : "no",
                row.groups.isEmpty ? "-" : row.groups.joined(separator: ","),
                row.passwordChanged?.text ?? "-"
            )
        }
        return table.lines.map { $0 + "\n" }.joined()
    }

    /// The same as a list of objects. What the policy does not say is null.
    package var json: JSONValue {
        .array(
            self.rows.map { row in
                [
                    "name": .string(row.name),
                    "source": .string(row.source),
                    "display_name": .text(row.displayName),
                    "email": .text(row.email),
                    "email_verified": .bool(row.isEmailVerified),
                    "groups": .array(row.groups.map(JSONValue.string)),
                    "claims": row.claims,
                    "created": .text(row.created?.text),
                    "password_changed": .text(row.passwordChanged?.text),
                ]
            }
        )
    }
}

extension UserListing.Row {
    fileprivate init(_ user: User) {
        self.init(
            name: user.name,
            source: "policy",
            displayName: user.displayName,
            email: user.email,
            isEmailVerified: user.isEmailVerified,
            groups: user.groups,
            claims: user.claims,
            created: nil,
            passwordChanged: nil
        )
    }

    fileprivate init(_ user: UserRecord) {
        self.init(
            name: user.name,
            source: "store",
            displayName: user.displayName,
            email: user.email,
            isEmailVerified: user.isEmailVerified,
            groups: user.groups,
            claims: user.claims,
            created: user.created,
            passwordChanged: user.passwordChanged
        )
    }
}

extension JSONValue {
    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
