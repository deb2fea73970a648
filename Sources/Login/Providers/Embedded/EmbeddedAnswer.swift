internal import AuthorizationServer
internal import Bytes
internal import Endpoints
internal import JOSE
internal import OAuth
internal import Telemetry

/// What the embedded server's token endpoint has answered. It is judged as any provider's is: that it came from this very
/// process is no reason to leave out a check.
struct EmbeddedAnswer {
    private let answer: EndpointAnswer
    private let snapshot: AuthorizationSnapshot
    private let clientID: String

    init(_ answer: EndpointAnswer, from snapshot: AuthorizationSnapshot, to clientID: String) {
        self.answer = answer
        self.snapshot = snapshot
        self.clientID = clientID
    }

    /// Who has signed in, with the scopes that were granted.
    ///
    /// - Parameters:
    ///   - nonce: Of the sign-in; nil for a refresh.
    ///   - former: Who it was before. Another subject is `.refused`.
    func identity(nonce: String?, after former: Identity?) -> Result<Identity, ProviderFailure> {
        Result { () throws(ProviderFailure) in
            let now = WallClock.milliseconds / 1000
            let json = try self.json()
            let tokens = try OAuthAnswer(self.answer.status, json, at: now)
            guard let idToken = tokens.idToken else { throw .invalid("there is no id_token") }
            let issued = IssuedIdentityToken(idToken, with: tokens.accessToken, nonce: nonce)
            let claims = try self.claims(of: issued, at: now)
            if let former, claims["sub"] != former.claims["sub"] {
                throw .refused("the refreshed ID token is of another subject")
            }
            var identity = Identity(tokens, claims: IdentityClaims.normalised(claims, by: nil), after: former)
            identity.scopes = json["scope"]?.string?.split(separator: " ").map(String.init) ?? []
            return identity
        }
    }

    // MARK: - Private details

    /// A server that is busy, or whose store cannot be used, may be better in a while.
    private func json() throws(ProviderFailure) -> JSONValue {
        let (status, body) = (self.answer.status, self.answer.body)
        guard status < 500 else { throw .unavailable("the embedded authorization server answers \(status)") }
        guard let json = try? JSONValue(parsing: body.span) else { throw .invalid("the answer is no JSON") }
        return json
    }

    private func claims(of token: IssuedIdentityToken, at now: Int64) throws(ProviderFailure) -> JSONValue {
        let keys = self.snapshot.keys
        let rules = IdentityTokenRules(
            issuer: self.snapshot.issuer,
            clientID: self.clientID,
            algorithms: keys.algorithms
        )
        do throws(IdentityTokenFault) {
            guard let ring = keys.ring(algorithms: keys.algorithms),
                let claims = try rules.claims(of: token, ring: ring, at: now)
            else { throw .undecided("the embedded server has no key for it") }
            return claims
        } catch {
            throw error.failure
        }
    }
}
