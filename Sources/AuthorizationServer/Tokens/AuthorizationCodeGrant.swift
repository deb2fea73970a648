internal import Bytes
internal import Cryptography
internal import Stores

/// RFC 6749, section 4.1.3, with RFC 7636: a client that got a code exchanges it, once.
struct AuthorizationCodeGrant {
    let request: TokenRequest

    /// Presenting a code uses it up, whatever else is wrong with the request: nobody tries twice.
    func exchange() throws(EndpointFailure) -> TokenResponse {
        try self.request.require(.authorizationCode)
        let text = try self.request.required("code", "The parameter code is missing.")
        let digest = RandomSecret(text: text).digest
        let holder = try self.request.holder(of: .code(digest))
        let refreshToken = self.request.newRefreshToken()
        let code = try self.redeem(digest, of: holder, issuing: refreshToken)
        return try self.request.revoking(code.grant) { () throws(ProtocolError) in
            try self.check(code)
            return try TokenIssue(
                request: self.request,
                grant: code.grant,
                user: holder.known(),
                access: self.request.access(of: code.grant, mayNarrow: false),
                type: .authorizationCode,
                nonce: code.nonce
            ).response(refreshToken: refreshToken)
        }
    }

    // MARK: - Private details

    private func redeem(
        _ digest: SecretDigest,
        of holder: GrantHolder,
        issuing refreshToken: RandomSecret?
    ) throws(EndpointFailure) -> AuthorizationCode {
        let context = self.request.context
        let outcome = try context.stored { store throws(StoreError) in
            try store.redeemCode(
                digest,
                client: self.request.client.name,
                grantExpires: self.request.grantExpires,
                issuing: refreshToken.map(self.request.record),
                at: context.now
            )
        }
        switch outcome {
        case .first(let code): return code
        case .again(let grant):
            // The store has revoked what came of the code (RFC 6749, section 4.1.2).
            context.note(.codeReuse, subject: holder.name, clientID: self.request.client.name, .grant(grant.text))
        case .unknown: break
        }
        throw .refused(.invalidGrant, "The code is not valid.")
    }

    private func check(_ code: AuthorizationCode) throws(ProtocolError) {
        guard self.isRedirect(of: code) else {
            throw ProtocolError(.invalidGrant, "The redirect URI is not that of the authorization request.")
        }
        // A code without a challenge matches no verifier either: the check cannot be left out (RFC 9700, section 4.8.2).
        guard let verifier = self.request.parameters["code_verifier"].flatMap(CodeVerifier.init),
            verifier.matches(challenge: code.challenge)
        else {
            throw ProtocolError(.invalidGrant, "The code verifier is not the one that the code was asked for with.")
        }
        guard self.isProven(keyOf: code) else {
            throw ProtocolError(.invalidGrant, "The code is bound to a key that was not proven with a DPoP proof.")
        }
    }

    /// RFC 9449, section 10: whoever has a code that is bound to a key proves to hold it. Any key does for another code.
    private func isProven(keyOf code: AuthorizationCode) -> Bool {
        guard let bound = code.keyThumbprint else { return true }
        return self.request.keyThumbprint?.hasSameBytes(as: bound) ?? false
    }

    /// RFC 6749, section 4.1.3: identical if it was in the authorization request. If it was not, naming the one that the
    /// browser was sent to does no harm.
    private func isRedirect(of code: AuthorizationCode) -> Bool {
        let named = self.request.parameters["redirect_uri"]
        if let asked = code.redirectURI { return named?.hasSameBytes(as: asked) ?? false }
        return named.map { name in self.request.client.redirectURIs.contains { $0.hasSameBytes(as: name) } } ?? true
    }
}
