internal import JOSE

/// A successful answer of the endpoint `token` (RFC 6749, section 5.1).
struct TokenResponse {
    let accessToken: String
    let lifetime: Duration
    let scopes: [String]
    var isBound = false
    var refreshToken: String?
    var identityToken: String?

    var json: JSONValue {
        var members: [JSONMember] = [
            JSONMember(name: "access_token", value: .string(self.accessToken)),
            // RFC 9449, section 5.
            JSONMember(name: "token_type", value: .string(self.isBound ? "DPoP" : "Bearer")),
            JSONMember(name: "expires_in", value: .integer(self.lifetime.components.seconds)),
            JSONMember(name: "scope", value: .string(self.scopes.joined(separator: " "))),
        ]
        if let refreshToken { members.append(JSONMember(name: "refresh_token", value: .string(refreshToken))) }
        if let identityToken { members.append(JSONMember(name: "id_token", value: .string(identityToken))) }
        return .object(members)
    }

    var answer: EndpointAnswer { EndpointAnswer(json: self.json).adding("Pragma", "no-cache") }
}
