internal import Cryptography
internal import Endpoints
internal import Stores

/// The end of an authorization: the client gets what it asked for.
extension AuthorizationTurn {
    /// Sends the browser back with a code, or with a token for a client of old.
    ///
    /// - Parameter consent: What the person has allowed just now, to be remembered; nil if nobody had to be asked.
    func grant(to person: SignedIn, remembering consent: Consent? = nil) throws(EndpointFailure) -> EndpointAnswer {
        let answer =
            switch self.request.responseType {
            case .code(let challenge): try self.code(challenge, for: person, consent)
            case .token: try self.token(for: person, consent)
            }
        return self.visit.answer(EndpointAnswer(seeOther: self.request.address.location(answer)))
    }

    // MARK: - Private details

    /// RFC 9126, section 7.3: one answer for one request. What has run out since the flow began cannot be used again anyway.
    private var pushedRequest: SecretDigest? {
        guard case .authorization(_, let pushed?) = self.flow.purpose else { return nil }
        return self.context.now < pushed.expires ? pushed.digest : nil
    }

    /// Throws a page if another tab was faster to answer the pushed request.
    private func keep(_ add: (any AuthorizationStore) throws(StoreError) -> Bool) throws(EndpointFailure) {
        guard try self.context.stored(add) else { throw .page(.flowExpired) }
    }

    private func code(
        _ challenge: String,
        for person: SignedIn,
        _ consent: Consent?
    ) throws(EndpointFailure) -> [(name: String, value: String)] {
        let secret = RandomSecret()
        let expires = self.context.now + self.context.policy.lifetimes.code
        let code = AuthorizationCode(
            digest: secret.digest,
            grant: self.grant(of: person, until: expires),
            redirectURI: self.request.redirectURI,
            challenge: challenge,
            nonce: self.request.nonce,
            keyThumbprint: self.request.keyThumbprint,
            expires: expires
        )
        try self.keep { store throws(StoreError) in
            try store.addCode(code, consuming: self.pushedRequest, remembering: consent, at: self.context.now)
        }
        return [("code", secret.text)]
    }

    /// RFC 6749, section 4.2.2. Never with a refresh token.
    private func token(
        for person: SignedIn,
        _ consent: Consent?
    ) throws(EndpointFailure) -> [(name: String, value: String)] {
        let lifetime = self.context.policy.lifetimes.access
        let grant = self.grant(of: person, until: self.context.now + lifetime + TokenLifetimes.margin)
        let audience = try self.context.refusing { () throws(ProtocolError) in
            try self.request.access.audience(self.context.policy)
        }
        try self.keep { store throws(StoreError) in
            try store.addGrant(grant, consuming: self.pushedRequest, remembering: consent, at: self.context.now)
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
        let token = [
            (name: "access_token", value: self.context.tokens.accessToken(claims, keys: self.context.keys)),
            ("token_type", "Bearer"), ("expires_in", String(lifetime.components.seconds)),
        ]
        // RFC 6749, section 3.3: the grammar has no empty list.
        guard !claims.scopes.isEmpty else { return token }
        return token + [("scope", claims.scopes.joined(separator: " "))]
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
