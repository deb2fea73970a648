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
            let subject = JSONMember(name: "sub", value: .string(user.name))
            return .answer(EndpointAnswer(json: .object([subject] + user.claims(with: token.scopes))))
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

// MARK: - Refusals

extension ProtocolError {
    fileprivate static let openIDMissing: ProtocolError = {
        var error = ProtocolError(.insufficientScope, "The access token has not the scope openid.")
        error.challenge = BearerScheme.challenge("error=\"insufficient_scope\", scope=\"openid\"")
        return error
    }()
}
