internal import JOSE
internal import Telemetry

/// The next tokens of a session. Once the provider has issued them the former refresh token may count no longer, so that
/// nothing that goes wrong afterwards may lose the next one.
extension OpenIDProvider {
    public func refresh(
        _ identity: Identity,
        _ completion: @escaping (Result<Refreshed, ProviderFailure>) -> Void
    ) {
        self.line.turn(completion) { turn throws(ProviderFailure) in
            guard let token = identity.refreshToken else { throw .refused("there is no refresh token") }
            turn.wait(for: self.metadata) { metadata throws(ProviderFailure) in
                let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.secret)]
                try self.ask(parameters, metadata, turn) { answer throws(ProviderFailure) in
                    self.take(answer, after: identity, metadata, turn)
                }
            }
        }
    }

    private func take(
        _ answer: OAuthAnswer,
        after identity: Identity,
        _ metadata: ProviderMetadata,
        _ turn: ProviderTurn<Refreshed>
    ) {
        var renewed = Identity(answer, claims: identity.claims, after: identity)
        guard let idToken = answer.idToken else { return turn.succeeds(.identity(renewed)) }
        // One that nobody has verified is no hint of who it is.
        renewed.idToken = identity.idToken
        turn.keeps(renewed)
        let issued = IssuedIdentityToken(idToken, with: answer.accessToken, nonce: nil)
        self.verify(issued, metadata, turn) { verdict throws(ProviderFailure) in
            switch verdict {
            case .failure(.undecided(let words)): throw IdentityTokenFault.undecided(words).failure
            case .failure(.contradicted(let words)):
                turn.contradicted(IdentityTokenFault.contradicted(words).failure, next: answer.refreshToken)
            case .success(let claims):
                guard claims["sub"] == identity.claims["sub"] else {
                    throw .refused("the refreshed ID token is of another subject")
                }
                try self.complete(claims, of: answer, after: identity, metadata, turn) { turn.succeeds(.identity($0)) }
            }
        }
    }
}

extension ProviderTurn<Refreshed> {
    /// Neither the access token nor the claims of such an answer are used.
    fileprivate func contradicted(_ failure: ProviderFailure, next token: Redacted<String>?) {
        self.fallback = nil
        if let token { self.succeeds(.token(token, because: failure)) } else { self.fails(failure) }
    }
}
