import Bytes
import HTTP
import OAuth
import Policy
import Trust

/// The credential of a request, and where it was.
enum Credential: Equatable {
    case none
    case token(ByteRange, TokenPlace)
}

enum TokenPlace: Equatable {
    case authorization
    /// `Authorization: DPoP`, which comes with a proof in a field of its own.
    case authorizationWithProof
    /// The place among the headers of `token_from`, and the index of the field.
    case header(Int, field: Int)
    /// The place among the cookies of `token_from`.
    case cookie(Int)
}

/// *authenticate*: the credential, if the route looks at one, becomes a verified token. May wait for keys.
extension Exchange {
    /// False: the issuer's keys are on their way, and the loop comes back here.
    func authenticate() throws(Refusal) -> Bool {
        let rules = self.rules
        guard rules.admits(self.learned.clientAddress) else { throw Refusal(.networkDenied) }
        guard rules.access.looksAtCredential else { return true }
        self.learned.credential = try self.findCredential()
        guard case .token(let range, _) = self.learned.credential else { return try self.takeSession() }
        let now = self.worker.wallSeconds
        let known = self.headBytes.withSpan { bytes in
            self.state.tokens.find(bytes.bytes(range), now: now, verifier: self.state.verifier)
        }
        self.worker.counters.countLookup(isHit: known != nil)
        let remembered: RememberedToken
        if let known {
            remembered = known
        } else {
            guard let verified = try self.verify(range, now) else { return false }
            remembered = verified
        }
        guard self.state.credentials.takes(self.learned.credential, ofIssuer: remembered.token.issuer) else {
            throw Refusal(.issuerUnknown)
        }
        self.learned.remembered = remembered
        try self.checkSite()
        return try self.checkBinding(of: remembered.token)
    }

    /// Nil: the issuer's keys are on their way.
    private func verify(_ range: ByteRange, _ now: Int64) throws(Refusal) -> RememberedToken? {
        let token: VerifiedToken
        do throws(TokenRejection) {
            token = try self.headBytes.withSpan { bytes throws(TokenRejection) in
                // What is remembered is the token; whether its sender has the key is asked of each request.
                try self.state.verifier.verify(bytes.bytes(range), at: now, mayBeBound: true)
            }
        } catch {
            try self.rejected(error)
            return nil
        }
        try self.checkRevocation(of: token)
        return self.headBytes.withSpan { bytes in
            let leeway = self.state.settings.issuers[token.issuer].leeway
            return self.state.tokens.remember(token, bytes: bytes.bytes(range), leeway: leeway)
        }
    }

    /// Once for each token: what is revoked later is forgotten, and comes here again.
    private func checkRevocation(of token: VerifiedToken) throws(Refusal) {
        let isEmbedded = self.state.isEmbedded(token)
        if isEmbedded, self.worker.authorization.isRevoked(token) { throw Refusal(.tokenRevoked) }
        guard let revocations = self.worker.revocations, let grant = self.state.grantName(of: token) else { return }
        // What the server of this process has revoked its store says. Of what others have, the shared state alone.
        guard isEmbedded || revocations.isFresh else { throw Refusal(.stateUnavailable) }
        if revocations.contains(grant) { throw Refusal(.tokenRevoked) }
    }

    // An unknown key, or none at all, may be a matter of asking the issuer: then nothing is thrown.
    private func rejected(_ rejection: TokenRejection) throws(Refusal) {
        switch rejection {
        case .keyUnknown(let issuer), .keysUnavailable(let issuer):
            if self.worker.keys.wait(self, for: issuer) {
                self.progress = .waitingForKeys
                return
            }
        case .tooLarge, .malformed, .issuerUnknown, .algorithmNotAllowed, .typeNotAllowed, .signatureInvalid, .expired,
            .notYetValid, .audienceMismatch, .claimMissing, .proofInvalid:
            break
        }
        throw Refusal(RefusalCode(rejection))
    }

    /// Called from the loop when the keys have come, or will not.
    func keysArrived() {
        guard self.progress == .waitingForKeys else { return }
        self.progress = .judging
        self.learned.keysDeadline = .max
        self.run(from: .authenticate)
        self.connection?.resumeReading()
    }

    // MARK: - Where the credential is

    private func findCredential() throws(Refusal) -> Credential {
        if self.state.credentials.onlyAuthorization { return try self.authorizationToken() }
        var found = Credential.none
        if self.state.credentials.looksAtAuthorization { found = try self.authorizationToken() }
        for (place, header) in self.state.credentials.headers.enumerated() {
            found = try self.one(found, self.token(inHeader: header, place))
        }
        for (place, cookie) in self.state.credentials.cookies.enumerated() {
            found = try self.one(found, self.token(inCookie: cookie, place))
        }
        return found
    }

    private func one(_ first: Credential, _ second: Credential) throws(Refusal) -> Credential {
        if first == .none { return second }
        if second == .none { return first }
        throw Refusal(.multipleCredentials)
    }

    private func authorizationToken() throws(Refusal) -> Credential {
        guard let range = self.head.fields.value(of: .authorization) else { return .none }
        guard self.head.fields.count(of: .authorization) == 1 else { throw Refusal(.multipleCredentials) }
        return self.headBytes.withSpan { bytes in
            if let token = TokenScheme.bearer.token(in: bytes, range) { return .token(token, .authorization) }
            if let token = TokenScheme.proof.token(in: bytes, range) { return .token(token, .authorizationWithProof) }
            return .none
        }
    }

    private func token(inHeader name: [UInt8], _ place: Int) throws(Refusal) -> Credential {
        var found = Credential.none
        for index in 0..<self.head.fields.count {
            let field = self.head.fields[index]
            let isIt = self.headBytes.withSpan { $0.bytes(field.name).foldedEquals(name.span) }
            guard isIt else { continue }
            // A header of one's own may carry the token bare, or with the scheme.
            let range = self.headBytes.withSpan { TokenScheme.bearer.token(in: $0, field.value) } ?? field.value
            found = try self.one(found, .token(range, .header(place, field: index)))
        }
        return found
    }

    private func token(inCookie name: [UInt8], _ place: Int) throws(Refusal) -> Credential {
        var found = Credential.none
        var next = self.head.fields.firstIndex(of: .cookie)
        while let index = next {
            let value = self.head.fields[index].value
            let match = self.headBytes.withSpan { Cookies.find(name.span, in: $0.bytes(value)) }
            if match.count > 1 { throw Refusal(.multipleCredentials) }
            if let cookie = match.first {
                let range = ByteRange(
                    cookie.value.lowerBound + Int(value.start)..<cookie.value.upperBound + Int(value.start)
                )
                found = try self.one(found, .token(range, .cookie(place)))
            }
            next = self.head.fields.index(of: .cookie, after: index)
        }
        return found
    }
}
