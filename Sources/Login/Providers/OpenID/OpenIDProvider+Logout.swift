internal import Bytes
internal import JOSE
internal import OAuth

extension OpenIDProvider {
    public func signOutAddress(_ identity: Identity, state: String, _ completion: @escaping (String?) -> Void) {
        self.line.turn({ completion(try? $0.get()) }) { turn in
            turn.wait(for: self.metadata) { metadata throws(ProviderFailure) in
                guard let endpoint = metadata.endSessionEndpoint else { throw .invalid("there is no sign-out") }
                let client = self.settings.clientID
                let pairs = identity.signOut(client: client, returningTo: self.signedOutURI, state: state)
                turn.succeeds(self.address(pairs, at: endpoint))
            }
        }
    }
}

extension Identity {
    /// The most of an ID token that goes into an address: half of what servers take of a request line (8 KiB).
    static let maximumHintByteCount = 4096

    /// What the browser tells the provider at sign-out (OpenID Connect RP-Initiated Logout 1.0, section 2).
    func signOut(client: String, returningTo address: String, state: String) -> [(name: String, value: String)] {
        var pairs = [("client_id", client), ("post_logout_redirect_uri", address), ("state", state)]
        // Without it the provider asks the person; with one that is too long nothing would be understood.
        if let hint = self.idToken, hint.secret.utf8.count <= Self.maximumHintByteCount {
            pairs.append(("id_token_hint", hint.secret))
        }
        return pairs
    }
}

extension OpenIDProvider: LogoutSender {
    public func verify(logout token: String, _ completion: @escaping (Result<Logout, ProviderFailure>) -> Void) {
        self.line.turn(completion) { turn in
            turn.wait(for: self.metadata) { metadata throws(ProviderFailure) in
                turn.wait(for: self.keys) { keys throws(ProviderFailure) in
                    if let logout = try self.logout(token, metadata, keys) { return turn.succeeds(logout) }
                    turn.waitAnew(for: self.keys) { keys throws(ProviderFailure) in
                        guard let logout = try self.logout(token, metadata, keys) else {
                            throw .invalid("the logout token: the provider has no key for it")
                        }
                        turn.succeeds(logout)
                    }
                }
            }
        }
    }

    /// Nil if `keys` has no key for it.
    private func logout(
        _ token: String,
        _ metadata: ProviderMetadata,
        _ keys: JSONWebKeySet
    ) throws(ProviderFailure) -> Logout? {
        guard let ring = try? KeyRing(keys, algorithms: metadata.algorithms, generation: 0) else {
            throw .invalid("the keys of the provider cannot be used")
        }
        let verifier = TokenVerifier(issuers: [self.logoutTokens(metadata)], scopes: ScopeTable())
        verifier.setKeys(ring, ofIssuer: 0)
        do throws(TokenRejection) {
            let verified = try verifier.verify(token.utf8Span.span, at: self.now)
            if let logout = Logout(verified.claims, expiresAt: verified.expiresAt) { return logout }
        } catch {
            if case .keyUnknown = error { return nil }
            throw .invalid("the logout token: \(error)")
        }
        throw .invalid("the logout token has a nonce, or lacks jti, or both sid and sub")
    }

    private func logoutTokens(_ metadata: ProviderMetadata) -> IssuerSettings {
        var settings = IssuerSettings(
            name: self.issuer,
            issuer: self.issuer,
            audiences: .oneOf([self.settings.clientID]),
            algorithms: metadata.algorithms,
            keys: .discovery
        )
        settings.types = ["logout+jwt"]
        settings.tellsLogouts = true
        settings.required = [ClaimSelector("iat")!]
        return settings
    }
}
