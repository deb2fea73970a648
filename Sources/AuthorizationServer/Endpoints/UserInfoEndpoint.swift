internal import JOSE

/// `userinfo` (OpenID Connect Core, section 5.3): claims about the user, for who has an access token with `openid`.
enum UserInfoEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let token = try self.token(context)
        guard let client = try context.client(named: token.client) else { throw .refused(.tokenInvalid) }
        return try context.sharing(with: client) { () throws(EndpointFailure) in
            guard token.scopes.contains(ServerPolicy.openID) else { throw .refused(.openIDMissing) }
            guard let name = token.user, let user = try context.user(named: name) else {
                throw .refused(.tokenInvalid)
            }
            return .answer(EndpointAnswer(json: .object(user.userInfo(token.scopes))))
        }
    }

    // MARK: - Private details

    private static func token(_ context: EndpointContext) throws(EndpointFailure) -> AccessToken {
        let text = try context.refusing { () throws(ProtocolError) in try context.request.bearerToken() }
        // A plain bearer of a bound token may have stolen it (RFC 9449, section 7.1).
        guard let token = try context.accessToken(text), !token.isBound else { throw .refused(.tokenInvalid) }
        return token
    }
}

extension User {
    /// `sub`, and what the scopes ask for (OpenID Connect Core, sections 5.3.2 and 5.4).
    fileprivate func userInfo(_ scopes: [String]) -> [JSONMember] {
        var members = [JSONMember(name: "sub", value: .string(self.name))]
        if scopes.contains(ServerPolicy.profile), let displayName = self.displayName {
            members.append(JSONMember(name: "name", value: .string(displayName)))
        }
        if scopes.contains(ServerPolicy.email), let email = self.email {
            members.append(JSONMember(name: "email", value: .string(email)))
            members.append(JSONMember(name: "email_verified", value: .bool(self.isEmailVerified)))
        }
        return members + self.ownClaims
    }
}

// MARK: - Refusals

extension ProtocolError {
    fileprivate static let openIDMissing: ProtocolError = {
        var error = ProtocolError(.insufficientScope, "The access token has not the scope openid.")
        error.challenge = BearerScheme.challenge("error=\"insufficient_scope\", scope=\"openid\"")
        return error
    }()
}
