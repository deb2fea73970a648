internal import Bytes
internal import Cryptography
internal import Endpoints
internal import JOSE
internal import Stores

/// `introspect` (RFC 7662): a resource server asks about tokens that are for it, and a client about its own refresh tokens.
enum IntrospectionEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let parameters = try context.form()
        let client = try context.authenticateClient(parameters)
        // Section 2.1: otherwise tokens could be tried here until one is good.
        guard client.isConfidential else { throw .refused(.clientUnknown(triedBasic: false)) }
        guard let token = parameters["token"] else {
            throw .refused(.invalidRequest, "The parameter token is missing.")
        }
        let members = try self.members(of: token, for: client, context)
        return .answer(EndpointAnswer(json: .object(members ?? [JSONMember(name: "active", value: false)])))
    }

    // MARK: - Private details

    /// Nil for a token that is not valid, and for one that is no business of the client's (section 2.2).
    private static func members(
        of token: String,
        for client: Client,
        _ context: EndpointContext
    ) throws(EndpointFailure) -> [JSONMember]? {
        guard token.utf8.contains(UInt8(ascii: ".")) else {
            return try self.members(ofRefreshToken: token, for: client, context)
        }
        guard let accessToken = try context.accessToken(token),
            client.introspects.contains(where: { $0.hasSameBytes(as: accessToken.audience) })
        else { return nil }
        return self.members(of: accessToken)
    }

    private static let claims = ["scope", "client_id", "sub", "aud", "iss", "exp", "iat", "jti", "cnf"]

    private static func members(of token: AccessToken) -> [JSONMember] {
        var members = [JSONMember(name: "active", value: true)]
        members += Self.claims.compactMap { name in
            token.claims[name].map { JSONMember(name: name, value: $0) }
        }
        if let user = token.user { members.append(JSONMember(name: "username", value: .string(user))) }
        members.append(JSONMember(name: "token_type", value: token.isBound ? "DPoP" : "Bearer"))
        return members
    }

    private static func members(
        ofRefreshToken text: String,
        for client: Client,
        _ context: EndpointContext
    ) throws(EndpointFailure) -> [JSONMember]? {
        let digest = SecretDigest(of: text)
        let found = try context.stored { store throws(StoreError) in
            try store.refreshToken(digest, at: context.now)
        }
        guard let (token, grant) = found, grant.client.hasSameBytes(as: client.name), let user = grant.user,
            try context.user(named: user) != nil
        else { return nil }
        var members = [
            JSONMember(name: "active", value: true),
            JSONMember(name: "client_id", value: .string(grant.client)),
            JSONMember(name: "sub", value: .string(user)),
            JSONMember(name: "username", value: .string(user)),
            JSONMember(name: "iss", value: .string(context.policy.issuer.text)),
            JSONMember(name: "exp", value: .integer(min(token.idleExpires, token.expires).seconds)),
        ]
        members.append(scopes: grant.scopes)
        if let thumbprint = token.keyThumbprint {
            members.append(JSONMember(name: "cnf", value: ["jkt": .string(thumbprint)]))
        }
        return members
    }
}
