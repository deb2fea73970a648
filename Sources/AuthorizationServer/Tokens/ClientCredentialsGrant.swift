internal import Endpoints
internal import Stores

/// RFC 6749, section 4.4: a client acts for itself. Needs no store: nothing is kept of such a token.
struct ClientCredentialsGrant {
    let policy: ServerPolicy
    let keys: SigningKeys
    let tokens: TokenWriter
    let audit: AuditLog
    let request: EndpointRequest
    let now: Timestamp

    /// `client` has proven who it is. `keyThumbprint` is of the key that was proven, if the token is to be bound to one.
    func issue(
        to client: Client,
        _ parameters: Parameters,
        keyThumbprint: String? = nil
    ) throws(ProtocolError) -> TokenResponse {
        guard client.isConfidential, client.grants.contains(.clientCredentials) else {
            throw ProtocolError(.unauthorizedClient, "The client may not use this grant.")
        }
        let access = try RequestedAccess(parameters, of: client, policy: self.policy)
        // There is no user whom these would be about.
        let scopes = access.scopes.filter { !ServerPolicy.isStandard($0) }
        let lifetime = self.policy.lifetimes.access
        let claims = AccessTokenClaims(
            grant: self.tokens.passingGrant(),
            user: nil,
            client: client.name,
            audience: try access.audience(self.policy),
            scopes: scopes,
            keyThumbprint: keyThumbprint,
            issued: self.now,
            lifetime: lifetime
        )
        self.audit.write(
            .tokenIssued,
            subject: claims.subject,
            clientID: client.name,
            client: self.request.clientText,
            request: self.request.requestID,
            [.grantType(.clientCredentials), .scope(scopes)]
        )
        return TokenResponse(
            accessToken: self.tokens.accessToken(claims, keys: self.keys),
            lifetime: lifetime,
            scopes: scopes,
            isBound: keyThumbprint != nil
        )
    }
}
