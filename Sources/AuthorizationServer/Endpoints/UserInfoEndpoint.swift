internal import Bytes
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

    /// From the field `Authorization` alone: what stands in a query ends up in logs (RFC 9700, section 4.3.2).
    private static func token(_ context: EndpointContext) throws(EndpointFailure) -> AccessToken {
        guard let line = context.request.authorization.first else { throw .refused(.tokenMissing) }
        guard context.request.authorization.count == 1, let text = BearerScheme.token(in: line),
            let token = try context.accessToken(text),
            // A plain bearer of a bound token may have stolen it (RFC 9449, section 7.1).
            !token.isBound
        else { throw .refused(.tokenInvalid) }
        return token
    }
}

/// `Authorization: Bearer` (RFC 6750, section 2.1).
enum BearerScheme {
    /// The token; nil for another scheme, and for what is no `b64token`.
    static func token(in line: String) -> String? {
        let bytes = line.utf8Span.span
        guard bytes.startsIgnoringCase(with: "bearer ") else { return nil }
        let text = line.utf8.dropFirst(7).drop { $0 == UInt8(ascii: " ") }
        let isToken = text.allSatisfy { $0.isLetterOrDigit || "-._~+/=".utf8.contains($0) }
        return isToken && !text.isEmpty ? String(text) : nil
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
    /// RFC 6750, section 3.1: without any credential there is nothing to say but what is asked for.
    fileprivate static let tokenMissing = Self.challenging(.invalidToken, "An access token is missing.", "")

    fileprivate static let tokenInvalid = Self.challenging(
        .invalidToken,
        "The access token is not valid.",
        ", error=\"invalid_token\", error_description=\"The access token is not valid.\""
    )

    fileprivate static let openIDMissing = Self.challenging(
        .insufficientScope,
        "The access token has not the scope openid.",
        ", error=\"insufficient_scope\", scope=\"openid\""
    )

    private static func challenging(
        _ code: Code,
        _ sentence: StaticString,
        _ parameters: StaticString
    ) -> ProtocolError {
        var error = ProtocolError(code, sentence)
        error.challenge = "Bearer realm=\"gatehouse\"\(parameters)"
        return error
    }
}
