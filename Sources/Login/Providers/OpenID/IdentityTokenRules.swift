internal import Bytes
internal import Cryptography
internal import JOSE
internal import OAuth
internal import Telemetry

/// An ID token that came from the token endpoint, and what it has to go with.
struct IssuedIdentityToken {
    let text: Redacted<String>
    let accessToken: Redacted<String>
    /// Of the sign-in; nil for a refreshed token, which needs none (OpenID Connect Core 1.0, section 12.2).
    let nonce: String?

    init(_ text: Redacted<String>, with accessToken: Redacted<String>, nonce: String?) {
        self.text = text
        self.accessToken = accessToken
        self.nonce = nonce
    }
}

/// Why an ID token is not believed, in words for the operator.
enum IdentityTokenFault: Error, Equatable {
    /// Whether it is good cannot be told now: there is no key for it, or by one of two clocks it is not of this time.
    case undecided(String)
    /// It is not what it has to be, and never will.
    case contradicted(String)

    var failure: ProviderFailure {
        switch self {
        case .undecided(let words), .contradicted(let words): .invalid("the ID token: \(words)")
        }
    }
}

/// What must be true of the ID tokens of one provider (OpenID Connect Core 1.0, section 3.1.3.7).
struct IdentityTokenRules {
    let issuer: String
    let clientID: String
    let algorithms: [SignatureAlgorithm]

    /// How far `iat` may be from now, in seconds: the token was made for this answer, and clocks differ.
    static let maximumAge: Int64 = 600

    /// The claims of a token; nil if `keys` has no key for it: they may have rotated. `now` in seconds
    /// since 1970.
    func claims(
        of token: IssuedIdentityToken,
        keys: JSONWebKeySet,
        at now: Int64
    ) throws(IdentityTokenFault) -> JSONValue? {
        guard let ring = try? KeyRing(keys, algorithms: self.algorithms, generation: 0) else {
            throw .undecided("the keys of the provider cannot be used")
        }
        return try self.claims(of: token, ring: ring, at: now)
    }

    /// The same with keys that are ready.
    func claims(of token: IssuedIdentityToken, ring: KeyRing, at now: Int64) throws(IdentityTokenFault) -> JSONValue? {
        guard let claims = try self.verified(token.text, ring, at: now) else { return nil }
        try self.checkParty(claims)
        guard case .integer(let issued)? = claims["iat"] else { throw .contradicted("its iat is missing") }
        guard abs(now - issued) <= Self.maximumAge else { throw .undecided("its iat is far from now") }
        if let nonce = token.nonce, claims["nonce"] != .string(nonce) {
            throw .contradicted("its nonce is not that of the sign-in")
        }
        if let hash = claims["at_hash"] { try self.check(hash, of: token) }
        return claims
    }

    // MARK: - Private details

    private func verified(
        _ token: Redacted<String>,
        _ ring: KeyRing,
        at now: Int64
    ) throws(IdentityTokenFault) -> JSONValue? {
        let maximum = OAuthAnswer.maximumIDTokenByteCount
        let verifier = TokenVerifier(issuers: [self.settings], scopes: ScopeTable(), maximumTokenByteCount: maximum)
        verifier.setKeys(ring, ofIssuer: 0)
        do throws(TokenRejection) {
            return try verifier.verify(token.secret.utf8Span.span, at: now).claims
        } catch {
            switch error {
            case .keyUnknown: return nil
            case .expired, .notYetValid: throw .undecided("\(error)")
            case .tooLarge, .malformed, .issuerUnknown, .algorithmNotAllowed, .typeNotAllowed, .keysUnavailable,
                .signatureInvalid, .audienceMismatch, .claimMissing, .proofInvalid:
                throw .contradicted("\(error)")
            }
        }
    }

    private var settings: IssuerSettings {
        var settings = IssuerSettings(
            name: self.issuer,
            issuer: self.issuer,
            audiences: .oneOf([self.clientID]),
            algorithms: self.algorithms,
            keys: .discovery
        )
        // An access token of the same issuer is none, whatever is in it.
        settings.types = ["jwt"]
        return settings
    }

    /// `azp`: whom the token was issued to, which must be said if it is for several.
    private func checkParty(_ claims: JSONValue) throws(IdentityTokenFault) {
        let isForSeveral = (claims["aud"]?.array?.count ?? 1) > 1
        guard let party = claims["azp"] else {
            if isForSeveral { throw .contradicted("it is for several, and lacks azp") }
            return
        }
        guard party == .string(self.clientID) else { throw .contradicted("its azp is another client") }
    }

    /// `at_hash` (section 3.1.3.6): the left half of the hash of the access token, by the algorithm of the ID token.
    private func check(_ hash: JSONValue, of token: IssuedIdentityToken) throws(IdentityTokenFault) {
        guard let algorithm = Self.header(of: token.text)?.algorithm else {
            throw .contradicted("its header is malformed")
        }
        let whole = algorithm.digest.hash(token.accessToken.secret.utf8Span.span)
        let half = Base64URL.encode(Array(whole.prefix(whole.count / 2)))
        guard hash == .string(half) else { throw .contradicted("its at_hash is of another access token") }
    }

    private static func header(of token: Redacted<String>) -> JOSEHeader? {
        let text = token.secret.utf8Span.span
        guard let parts = CompactJWS(text), let bytes = Base64URL.decode(text.extracting(parts.header)),
            let json = try? JSONValue(parsing: bytes.span)
        else { return nil }
        return try? JOSEHeader(json)
    }
}
