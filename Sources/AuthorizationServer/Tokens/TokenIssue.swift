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

    /// The first tokens of the grant. A client that may refresh always gets a refresh token.
    ///
    /// Throws `invalid_grant` if the grant was revoked in the meantime.
    func first() throws(EndpointFailure) -> TokenResponse {
        guard self.request.client.grants.contains(.refreshToken) else { return self.response(refreshToken: nil) }
        let secret = RandomSecret()
        let now = self.context.now
        let token = RefreshToken(
            digest: secret.digest,
            grant: self.grant.id,
            idleExpires: now + self.lifetimes.refreshIdle,
            expires: now + self.lifetimes.refresh,
            keyThumbprint: self.request.refreshTokenKey
        )
        let isKept = try self.context.stored { store throws(StoreError) in try store.addRefreshToken(token, at: now) }
        guard isKept else { throw .refused(.invalidGrant, "What was granted is not valid any longer.") }
        return self.response(refreshToken: secret)
    }

    /// Tokens beside a refresh token that is kept already.
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
    /// What a refresh token is bound to: the client's own key if the client has no other way to prove who it is (RFC 9449,
    /// section 5).
    var refreshTokenKey: String? { self.client.isConfidential ? nil : self.keyThumbprint }
}
