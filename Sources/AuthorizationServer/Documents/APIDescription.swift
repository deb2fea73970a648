internal import JOSE

/// `openapi.json`: the server in OpenAPI 3.1, written from the running policy, so that documentation pages and generators
/// of clients know its addresses, flows and scopes.
struct APIDescription {
    let policy: ServerPolicy

    var json: JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Gatehouse authorization server",
                "summary": "OAuth 2.0 and OpenID Connect",
                // The version of the interface, which is that of the protocol.
                "version": "2.0",
            ],
            "servers": [["url": .string(self.policy.issuer.text)]],
            "tags": .array(APIOperation.Tag.allCases.map(\.json)),
            "paths": self.paths,
            "components": [
                "securitySchemes": .object(self.securitySchemes),
                "schemas": APISchemas.json,
            ],
        ]
    }

    // MARK: - Private details

    private var paths: JSONValue {
        let operations = self.operations
        let members = Endpoint.allCases.compactMap { endpoint -> JSONMember? in
            let own = operations.filter { $0.endpoint == endpoint }
            guard !own.isEmpty else { return nil }
            let methods = own.map { JSONMember(name: $0.methodName, value: $0.json) }
            return JSONMember(name: self.path(endpoint), value: .object(self.servers(endpoint) + methods))
        }
        return .object(members)
    }

    private var operations: [APIOperation] {
        let all = APIOperation.documents + APIOperation.forPrograms(self.policy) + APIOperation.forPeople(self.policy)
        return all.filter { $0.endpoint != .register || self.policy.settings.allowsRegistration }
    }

    private func path(_ endpoint: Endpoint) -> String {
        "/\(endpoint.rawValue)" + (endpoint == .authorizationServerMetadata ? self.policy.issuer.path : "")
    }

    /// RFC 8414, section 3: its path begins at the root and not at the issuer's.
    private func servers(_ endpoint: Endpoint) -> [JSONMember] {
        guard endpoint == .authorizationServerMetadata else { return [] }
        return [JSONMember(name: "servers", value: [["url": .string(self.policy.issuer.origin)]])]
    }
}
