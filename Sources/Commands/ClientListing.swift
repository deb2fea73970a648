internal import AuthorizationServer
package import JOSE
internal import Stores

/// What `gatehouse clients list` prints.
package struct ClientListing {
    private let rows: [Row]

    fileprivate struct Row {
        let client: Client
        /// `policy`, `command` or `registration`.
        let source: String
        let created: Timestamp?
    }

    init(policy: [Client], stored: [ClientRecord]) {
        self.rows =
            policy.map { Row(client: $0, source: "policy", created: nil) }
            + stored.map { Row(client: Client($0), source: $0.origin.rawValue, created: $0.created) }
    }

    /// A table with a line of headings.
    package var text: String {
        var table = TextTable()
        table.append("NAME", "SOURCE", "AUTHENTICATION", "GRANTS", "SCOPES", "REDIRECT URIS", "CREATED")
        for row in self.rows {
            table.append(
                row.client.name,
                row.source,
                row.client.authentication.word,
                Self.list(row.client.sortedGrants),
                Self.list(row.client.scopes),
                Self.list(row.client.redirectURIs),
                row.created?.text ?? "-"
            )
        }
        return table.lines.map { $0 + "\n" }.joined()
    }

    /// The same as a list of objects.
    package var json: JSONValue { .array(self.rows.map { Self.json($0) }) }

    private static func json(_ row: Row) -> JSONValue {
        let client = row.client
        return [
            "name": .string(client.name),
            "source": .string(row.source),
            "display_name": .text(client.displayName),
            "authentication": .string(client.authentication.word),
            "grants": .array(client.sortedGrants.map(JSONValue.string)),
            "scopes": .array(client.scopes.map(JSONValue.string)),
            "redirect_uris": .array(client.redirectURIs.map(JSONValue.string)),
            "post_logout_redirect_uris": .array(client.postLogoutRedirectURIs.map(JSONValue.string)),
            "introspect": .array(client.introspects.map(JSONValue.string)),
            "require_par": .bool(client.requiresPushedRequests),
            "created": .text(row.created?.text),
        ]
    }

    private static func list(_ texts: [String]) -> String { texts.isEmpty ? "-" : texts.joined(separator: ",") }
}

extension Client {
    fileprivate var sortedGrants: [String] { self.grants.map(\.rawValue).sorted() }
}

extension ClientAuthenticationMethod {
    /// As the policy says it, without any secret.
    fileprivate var word: String {
        switch self {
        case .none: "public"
        case .secret: "secret"
        case .keys: "jwks"
        }
    }
}
