internal import Bytes
internal import JOSE
internal import Telemetry
internal import Upstreams

/// The steps that the turns of a provider are made of.
extension OpenIDProvider {
    /// The authorization request (OpenID Connect Core 1.0, section 3.1.2.1), always with a nonce and PKCE.
    func parameters(_ request: SignInRequest) -> [(name: String, value: String)] {
        let usual = request.parameters(
            clientID: self.settings.clientID,
            redirectURI: self.redirectURI,
            scopes: self.settings.scopes
        )
        return usual + [("nonce", request.nonce)] + (self.preset?.parameters ?? [])
    }

    /// Hands the request in beforehand (RFC 9126, section 2): the browser carries nothing but its name.
    func push(
        _ request: SignInRequest,
        to endpoint: ControlURL,
        _ metadata: ProviderMetadata,
        _ turn: ProviderTurn<String>
    ) throws(ProviderFailure) {
        let form = try self.form(self.parameters(request), to: endpoint, metadata)
        turn.send(form) { (status, json) throws(ProviderFailure) in
            try OAuthAnswer.check(status, json)
            guard let name = json["request_uri"]?.string, !name.isEmpty else { throw .invalid("no request_uri") }
            let pairs = [("client_id", self.settings.clientID), ("request_uri", name)]
            turn.succeeds(self.address(pairs, at: metadata.authorizationEndpoint))
        }
    }

    /// Asks the token endpoint.
    func ask<Value>(
        _ parameters: [(name: String, value: String)],
        _ metadata: ProviderMetadata,
        _ turn: ProviderTurn<Value>,
        _ next: @escaping (OAuthAnswer) throws(ProviderFailure) -> Void
    ) throws(ProviderFailure) {
        let form = try self.form(parameters, to: metadata.tokenEndpoint, metadata)
        turn.send(form) { (status, json) throws(ProviderFailure) in
            try next(try OAuthAnswer(status, json, at: self.now))
        }
    }

    /// Verifies an ID token, and goes on with its claims, or with why it is not believed. A key that nobody knows may be a
    /// new one: the set is fetched again, once.
    func verify<Value>(
        _ token: IssuedIdentityToken,
        _ metadata: ProviderMetadata,
        _ turn: ProviderTurn<Value>,
        _ next: @escaping (Result<JSONValue, IdentityTokenFault>) throws(ProviderFailure) -> Void
    ) {
        turn.wait(for: self.keys) { keys throws(ProviderFailure) in
            if let verdict = self.verdict(on: token, metadata, keys) { return try next(verdict) }
            turn.waitAnew(for: self.keys) { keys throws(ProviderFailure) in
                let verdict = self.verdict(on: token, metadata, keys)
                try next(verdict ?? .failure(.undecided("the provider has no key for it")))
            }
        }
    }

    /// Nil if `keys` has no key for it.
    private func verdict(
        on token: IssuedIdentityToken,
        _ metadata: ProviderMetadata,
        _ keys: JSONWebKeySet
    ) -> Result<JSONValue, IdentityTokenFault>? {
        let rules = IdentityTokenRules(
            issuer: self.issuer,
            clientID: self.settings.clientID,
            algorithms: metadata.algorithms
        )
        do throws(IdentityTokenFault) {
            return try rules.claims(of: token, keys: keys, at: self.now).map { .success($0) }
        } catch {
            return .failure(error)
        }
    }

    /// Adds to the claims of a verified ID token what the user info has, if there is a need (section 5.3).
    func complete<Value>(
        _ claims: JSONValue,
        of answer: OAuthAnswer,
        after former: Identity?,
        _ metadata: ProviderMetadata,
        _ turn: ProviderTurn<Value>,
        _ done: @escaping (Identity) -> Void
    ) throws(ProviderFailure) {
        let needsGroups = !self.settings.allow.groups.isEmpty
        guard let endpoint = metadata.userInfoEndpoint, self.preset?.hasUserInfo ?? true,
            IdentityClaims.lack(claims, scopes: self.settings.scopes, needsGroups: needsGroups)
        else { return try self.addGroups(to: claims, of: answer, after: former, turn, done) }
        let request = ControlRequest(endpoint, bearer: answer.accessToken)
        turn.send(request) { (_, userInfo) throws(ProviderFailure) in
            // Section 5.3.2: it MUST be the same, or the user info must not be used.
            guard let subject = userInfo["sub"], subject == claims["sub"] else {
                throw .invalid("the user info is of another subject")
            }
            try self.addGroups(to: IdentityClaims.merged(claims, userInfo), of: answer, after: former, turn, done)
        }
    }

    /// Fetches groups that are too many for a token.
    private func addGroups<Value>(
        to claims: JSONValue,
        of answer: OAuthAnswer,
        after former: Identity?,
        _ turn: ProviderTurn<Value>,
        _ done: @escaping (Identity) -> Void
    ) throws(ProviderFailure) {
        let ends = { (claims: JSONValue) in
            let claims = IdentityClaims.normalised(claims, by: self.preset)
            done(Identity(answer, claims: claims, after: former))
        }
        guard self.preset == .entra, EntraGroups.areElsewhere(claims) else { return ends(claims) }
        let groups = EntraGroups(base: self.settings.endpoints?.api, accessToken: answer.accessToken)
        try groups.fetch(turn) { found in
            // Without a complete list there is none: nobody gets in by a group that may be missing.
            if found == nil { self.line.reportUnknownGroups(EntraGroups.remedy) }
            ends(claims.with("groups", found.map { .array($0.map(JSONValue.string)) }))
        }
    }

    /// A form in which the gateway proves who it is.
    func form(
        _ pairs: [(name: String, value: String)],
        to endpoint: ControlURL,
        _ metadata: ProviderMetadata
    ) throws(ProviderFailure) -> ControlRequest {
        try self.authentication.form(pairs, to: endpoint, methods: metadata.authenticationMethods, at: self.now)
    }
}

extension ControlRequest {
    /// A GET with an access token (RFC 6750, section 2.1).
    init(_ url: ControlURL, bearer token: Redacted<String>) {
        guard let request = ControlRequest(url).adding("Authorization", Redacted("Bearer " + token.secret)) else {
            preconditionFailure("an access token was checked to be visible ASCII")
        }
        self = request
    }
}

extension Identity {
    /// What an answer brought. Where it does not say, what was known before stays.
    init(_ answer: OAuthAnswer, claims: JSONValue, after former: Identity?) {
        self.init(claims: claims, accessToken: answer.accessToken)
        self.accessExpiresAt = answer.expiresAt
        self.refreshToken = answer.refreshToken ?? former?.refreshToken
        self.idToken = answer.idToken ?? former?.idToken
        self.scopes = former?.scopes ?? []
    }
}
