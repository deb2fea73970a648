internal import AuthorizationServer
package import JOSE
internal import Stores

/// What `gatehouse clients list` prints.
package struct ClientListing {
    private let rows: [Row]

    fileprivate struct Row {
        let client: Client
        /// Nil for one of the policy.
        let origin: ClientOrigin?
        let created: Timestamp?
    }

    init(policy: [Client], stored: [ClientRecord]) {
        self.rows =
            policy.map { Row(client: $0, origin: nil, created: nil) }
            + stored.map { Row(client: Client($0), origin: $0.origin, created: $0.created) }
    }

    /// A table with a line of headings.
    package var text: String {
        var table = TextTable()
        table.append("NAME", "SOURCE", "AUTHENTICATION", "GRANTS", "SCOPES", "REDIRECT URIS", "CREATED")
        for row in self.rows {
            table.append(
                row.client.name,
                row.isRegistered ? "\(row.source) (registered)" : row.source,
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
            "registered": .bool(row.isRegistered),
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

extension ClientListing.Row {
    /// Where it is changed: in the file, or by commands.
    fileprivate var source: String { self.origin == nil ? "policy" : "store" }

    /// Whether it has come by itself, with an invitation (RFC 7591).
    fileprivate var isRegistered: Bool { self.origin == .registration }
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
        case .gateway: "gateway"
        }
    }
}
