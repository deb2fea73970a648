internal import Cryptography
internal import Stores

/// The tokens that come of a user's grant: an access token, and with it what the client and the scopes ask for.
struct TokenIssue {
    let request: TokenRequest
    let grant: Grant
    let user: User
    let access: GrantedAccess
    /// What was exchanged, for the audit line.
    let type: GrantType
    /// Of the authorization request (OpenID Connect Core, section 3.1.3.6). Not repeated later (section 12.2).
    var nonce: String?

    private var context: EndpointContext { self.request.context }
    private var lifetimes: TokenLifetimes { self.context.policy.lifetimes }

    /// Tokens beside a refresh token that the store has.
    func response(refreshToken: RandomSecret?) -> TokenResponse {
        let accessToken = self.accessToken()
        self.context.note(
            .tokenIssued,
            subject: self.user.name,
            clientID: self.request.client.name,
            .grantType(self.type),
            .scope(self.access.scopes),
            .grant(self.grant.id.text)
        )
        return TokenResponse(
            accessToken: accessToken,
            lifetime: self.lifetimes.access,
            scopes: self.access.scopes,
            isBound: self.request.keyThumbprint != nil,
            refreshToken: refreshToken?.text,
            identityToken: self.identityToken(beside: accessToken)
        )
    }

    // MARK: - Private details

    private func accessToken() -> String {
        let claims = AccessTokenClaims(
            grant: self.grant.id,
            user: self.user,
            client: self.request.client.name,
            audience: self.access.audience,
            scopes: self.access.scopes,
            authenticated: self.grant.authenticated,
            authenticationContext: self.grant.authenticationContext,
            keyThumbprint: self.request.keyThumbprint,
            issued: self.context.now,
            lifetime: self.lifetimes.access
        )
        return self.context.tokens.accessToken(claims, keys: self.context.keys)
    }

    /// Nil without `openid`.
    private func identityToken(beside accessToken: String) -> String? {
        guard self.access.scopes.contains(ServerPolicy.openID) else { return nil }
        let claims = IdentityTokenClaims(
            user: self.user,
            client: self.request.client.name,
            grant: self.grant,
            scopes: self.access.scopes,
            nonce: self.nonce,
            accessToken: accessToken,
            issued: self.context.now,
            lifetime: self.lifetimes.identity
        )
        return self.context.tokens.identityToken(claims, keys: self.context.keys)
    }
}

extension TokenRequest {
    /// The refresh token that comes with the first tokens of a grant: always, for a client that may refresh.
    func newRefreshToken() -> RandomSecret? {
        self.client.grants.contains(.refreshToken) ? RandomSecret() : nil
    }

    /// What the store keeps of it.
    func record(of secret: RandomSecret) -> FirstRefreshToken {
        let (now, lifetimes) = (self.context.now, self.context.policy.lifetimes)
        return FirstRefreshToken(
            digest: secret.digest,
            idleExpires: now + lifetimes.refreshIdle,
            expires: now + lifetimes.refresh,
            keyThumbprint: self.refreshTokenKey
        )
    }

    /// What a refresh token is bound to: the client's own key if the client has no other way to prove who it is (RFC 9449,
    /// section 5).
    var refreshTokenKey: String? { self.client.isConfidential ? nil : self.keyThumbprint }
}
