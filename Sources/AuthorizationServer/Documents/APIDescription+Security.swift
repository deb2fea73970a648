internal import Endpoints
internal import JOSE

extension APIDescription {
    /// How to get a token, and how to show what one has.
    var securitySchemes: [JSONMember] {
        var schemes = [
            JSONMember(name: "openIdConnect", value: self.openIDConnect),
            JSONMember(name: "oauth2", value: ["type": "oauth2", "flows": self.flows]),
            JSONMember(name: "bearer", value: Self.http("bearer", "An access token of this server.")),
            JSONMember(
                name: "clientSecretBasic",
                value: Self.http("basic", "`client_id` and `client_secret`, each form-encoded first (RFC 6749, 2.3.1).")
            ),
        ]
        if self.policy.settings.allowsRegistration {
            let words = "An initial access token, made by `gatehouse clients invite`."
            schemes.append(JSONMember(name: "initialAccessToken", value: Self.http("bearer", words)))
        }
        return schemes
    }

    // MARK: - Private details

    private static func http(_ scheme: String, _ words: String) -> JSONValue {
        ["type": "http", "scheme": .string(scheme), "description": .string(words)]
    }

    private var openIDConnect: JSONValue {
        ["type": "openIdConnect", "openIdConnectUrl": .string(self.policy.address(of: .openIDConfiguration))]
    }

    /// A flow for each grant that clients may use. OpenAPI 3.1 has no word for devices (RFC 8628): 3.2's is written as an
    /// extension.
    private var flows: JSONValue {
        let token = JSONMember(name: "tokenUrl", value: .string(self.policy.address(of: .token)))
        let refresh = JSONMember(name: "refreshUrl", value: token.value)
        let authorization = JSONMember(name: "authorizationUrl", value: self.address(.authorize))
        let device = JSONMember(name: "deviceAuthorizationUrl", value: self.address(.deviceAuthorization))
        let all: [(GrantType, String, [JSONMember])] = [
            (.authorizationCode, "authorizationCode", [authorization, token, refresh]),
            (.clientCredentials, "clientCredentials", [token]),
            (.password, "password", [token, refresh]),
            (.implicit, "implicit", [authorization]),
            (.deviceCode, "x-deviceAuthorization", [device, token, refresh]),
        ]
        let scopes = JSONMember(name: "scopes", value: self.scopes)
        return .object(
            all.filter { self.policy.offers($0.0) }.map { _, name, addresses in
                JSONMember(name: name, value: .object(addresses + [scopes]))
            }
        )
    }

    private func address(_ endpoint: Endpoint) -> JSONValue { .string(self.policy.address(of: endpoint)) }

    private var scopes: JSONValue {
        let words = Words.english.scopes
        let standard: [(String, Phrase)] = [
            (ServerPolicy.openID, words.openid), (ServerPolicy.profile, words.profile),
            (ServerPolicy.email, words.email), (ServerPolicy.offlineAccess, words.offlineAccess),
        ]
        return .object(
            standard.map { JSONMember(name: $0.0, value: .string($0.1.text)) }
                + self.policy.scopes.map { JSONMember(name: $0.name, value: .string($0.words)) }
        )
    }
}
