public import JOSE

/// A token that was verified: that there is one is the proof. Only `TokenVerifier.verify` makes one, below.
///
/// What a route requires (issuers, audiences, scopes, claims) is judged on each request.
public final class VerifiedToken: Sendable {
    /// Whom it proves.
    public let principal: Principal
    /// `exp`, in seconds since 1970. The leeway is not in it.
    public let expiresAt: Int64
    /// The generation of the issuer's keys: once they have another, this verification is no longer good.
    public let generation: UInt64
    /// The place of the key in its set.
    public let keyIndex: Int
    /// Whether it counts only together with a proof (RFC 7800, section 3). Then `verify` was asked to take it.
    public let isBound: Bool

    fileprivate init(
        _ token: UnverifiedToken,
        issuer: (index: Int, rules: IssuerRules),
        scopes: ScopeSet,
        scopeWords: [String],
        expiresAt: Int64,
        key: (generation: UInt64, keyIndex: Int)
    ) {
        self.principal = Principal(
            proof: .token,
            issuer: (issuer.index, issuer.rules.name),
            claims: token.claims,
            scopes: scopes,
            scopeWords: scopeWords
        )
        self.expiresAt = expiresAt
        self.generation = key.generation
        self.keyIndex = key.keyIndex
        self.isBound = token.registered.isBound
    }

    /// The issuer's place in the policy.
    public var issuer: Int { self.principal.issuer }

    public var claims: JSONValue { self.principal.claims }

    /// `iat`, in seconds since 1970, if it is there.
    public var issuedAt: Int64? {
        if case .integer(let seconds) = self.claims["iat"] { seconds } else { nil }
    }

    /// The RFC 7638 thumbprint of the key that it is bound to (RFC 9449, section 6.1); nil also for a bound token that
    /// names its key in another way.
    public var keyThumbprint: String? { self.claims["cnf"]?["jkt"]?.string }
}

extension TokenVerifier {
    /// Judges a token at `now`, in seconds since 1970. The first failure is thrown.
    ///
    /// The order is the reference's (Refusals): nothing of the content behind the signature is told before it holds.
    ///
    /// - Parameter mayBeBound: Whether a token with `cnf` passes. The caller then asks for the proof, or does not take the
    ///   token for a credential at all.
    public func verify(
        _ token: Span<UInt8>,
        at now: Int64,
        mayBeBound: Bool = false
    ) throws(TokenRejection) -> VerifiedToken {
        guard token.count <= self.maximumTokenByteCount else { throw .tooLarge }
        return try self.withBuffer { buffer throws(TokenRejection) in
            let parsed = try UnverifiedToken(token, buffer: &buffer, headers: &self.headers)
            let issuer = try self.issuer(named: parsed.registered.issuer)
            let rules = issuer.rules
            let algorithm = try rules.checkAlgorithm(parsed.header)
            try rules.checkType(parsed.header)
            let key = try rules.checkSignature(
                buffer.span.extracting(parsed.signature),
                of: token.extracting(parsed.signingInput),
                algorithm: algorithm,
                keyID: parsed.header.keyID
            )

            try rules.checkKind(parsed.registered)
            let expiresAt = try rules.checkExpiry(parsed.registered, at: now)
            try rules.checkStart(parsed.registered, at: now)
            try rules.checkAudience(parsed.registered)
            try rules.checkRequired(parsed.claims)
            if !mayBeBound { try rules.checkBinding(parsed.registered) }
            rules.keys?.noteUse(ofKey: key.keyIndex, at: now)
            let words = rules.scopeWords(parsed.claims)
            return VerifiedToken(
                parsed,
                issuer: issuer,
                scopes: self.scopeSet(words),
                scopeWords: words,
                expiresAt: expiresAt,
                key: key
            )
        }
    }
}
