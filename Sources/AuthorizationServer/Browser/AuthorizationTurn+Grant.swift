internal import Cryptography
internal import Stores

/// The end of an authorization: the client gets what it asked for.
extension AuthorizationTurn {
    /// Sends the browser back with a code, or with a token for a client of old.
    func grant(to person: SignedIn) throws(EndpointFailure) -> EndpointAnswer {
        try self.usePushedRequest()
        let answer =
            switch self.request.responseType {
            case .code(let challenge): try self.code(challenge, for: person)
            case .token: try self.token(for: person)
            }
        return self.visit.answer(EndpointAnswer(seeOther: self.request.address.location(answer)))
    }

    // MARK: - Private details

    /// How long an access token may be about after its `exp`: the leeway of those who verify it, and their clocks.
    private static let margin: Duration = .seconds(120)

    /// RFC 9126, section 7.3: one answer for one request. What has run out since the flow began cannot be used again anyway.
    private func usePushedRequest() throws(EndpointFailure) {
        guard case .authorization(_, let pushed?) = self.flow.purpose, self.context.now < pushed.expires else { return }
        let taken = try self.context.stored { store throws(StoreError) in
            try store.takePushedRequest(pushed.digest, client: self.request.client.name, at: self.context.now)
        }
        guard taken != nil else { throw .page(.flowExpired) }
    }

    private func code(
        _ challenge: String,
        for person: SignedIn
    ) throws(EndpointFailure) -> [(name: String, value: String)] {
        let secret = RandomSecret()
        let expires = self.context.now + self.context.policy.lifetimes.code
        let code = AuthorizationCode(
            digest: secret.digest,
            grant: self.grant(of: person, until: expires),
            redirectURI: self.request.redirectURI,
            challenge: challenge,
            nonce: self.request.nonce,
            expires: expires
        )
        try self.context.stored { store throws(StoreError) in try store.addCode(code, at: self.context.now) }
        return [("code", secret.text)]
    }

    /// RFC 6749, section 4.2.2. Never with a refresh token.
    private func token(for person: SignedIn) throws(EndpointFailure) -> [(name: String, value: String)] {
        let lifetime = self.context.policy.lifetimes.access
        let grant = self.grant(of: person, until: self.context.now + lifetime + Self.margin)
        let audience = try self.context.refusing { () throws(ProtocolError) in
            try self.request.access.audience(self.context.policy)
        }
        try self.context.stored { store throws(StoreError) in
            try store.addGrant(grant, issuing: nil, at: self.context.now)
        }
        let claims = AccessTokenClaims(
            grant: grant.id,
            user: person.user,
            client: self.request.client.name,
            audience: audience,
            scopes: grant.scopes,
            authenticated: grant.authenticated,
            authenticationContext: grant.authenticationContext,
            issued: self.context.now,
            lifetime: lifetime
        )
        self.context.note(
            .tokenIssued,
            subject: claims.subject,
            clientID: claims.client,
            .grantType(.implicit),
            .scope(claims.scopes),
            .grant(grant.id.text)
        )
        return [
            ("access_token", self.context.tokens.accessToken(claims, keys: self.context.keys)),
            ("token_type", "Bearer"), ("expires_in", String(lifetime.components.seconds)),
            ("scope", claims.scopes.joined(separator: " ")),
        ]
    }

    private func grant(of person: SignedIn, until expires: Timestamp) -> Grant {
        Grant(
            user: person.user.name,
            client: self.request.client.name,
            scopes: self.request.access.scopes,
            resources: self.request.access.resources,
            session: person.session.id,
            authenticated: person.session.authenticated,
            authenticationContext: person.session.authenticationContext,
            created: self.context.now,
            expires: expires
        )
    }
}
