internal import Endpoints
internal import JOSE
internal import OAuth

/// `userinfo` (OpenID Connect Core, section 5.3): claims about the user, for who has an access token with `openid`.
enum UserInfoEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let scheme = context.request.tokenScheme
        let token = try self.token(context, scheme)
        guard let client = try context.client(named: token.client) else { throw .refused(.tokenInvalid(scheme)) }
        return try context.sharing(with: client) { () throws(EndpointFailure) in
            guard token.scopes.contains(ServerPolicy.openID) else {
                throw .refused(.openIDMissing(scheme))
            }
            guard let name = token.user, let user = try context.user(named: name) else {
                throw .refused(.tokenInvalid(scheme))
            }
            let subject = JSONMember(name: "sub", value: .string(user.name))
            return .answer(EndpointAnswer(json: .object([subject] + user.claims(with: token.scopes))))
        }
    }

    // MARK: - Private details

    private static func token(
        _ context: EndpointContext,
        _ scheme: TokenScheme
    ) throws(EndpointFailure) -> AccessToken {
        let text = try context.refusing { () throws(ProtocolError) in try context.request.accessToken(scheme) }
        guard let token = try context.accessToken(text) else { throw .refused(.tokenInvalid(scheme)) }
        // A plain bearer of a bound token may have stolen it, and a proof for an unbound one proves nothing (RFC 9449,
        // section 7.1).
        let key = try self.provenKey(context, text)
        let isProven = key != nil
        guard isProven == (scheme == .proof), isProven == token.isBound, token.keyThumbprint == key else {
            throw .refused(.tokenInvalid(scheme))
        }
        return token
    }

    private static func provenKey(_ context: EndpointContext, _ text: String) throws(EndpointFailure) -> String? {
        do throws(EndpointFailure) {
            return try context.provenKey(accessToken: text)
        } catch {
            guard case .refused(let refusal) = error, refusal.code == .invalidProof else { throw error }
            throw .refused(refusal.challengingForProof)
        }
    }
}

// MARK: - Refusals

extension ProtocolError {
    fileprivate static func openIDMissing(_ scheme: TokenScheme) -> ProtocolError {
        var error = ProtocolError(.insufficientScope, "The access token has not the scope openid.")
        error.challenge = scheme.challenge("error=\"insufficient_scope\", scope=\"openid\"")
        return error
    }

    /// RFC 9449, section 7.1: at a resource it is 401.
    fileprivate var challengingForProof: ProtocolError {
        var error = self
        error.status = 401
        error.challenge = TokenScheme.proof.challenge("error=\"invalid_dpop_proof\"")
        return error
    }
}
