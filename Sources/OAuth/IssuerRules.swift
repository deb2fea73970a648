internal import Bytes
internal import Cryptography
internal import JOSE

/// What must be true of the tokens of one issuer: its settings, made ready for one worker. Each check is one step of the
/// reference's order.
final class IssuerRules {
    let name: String
    let issuer: String
    var keys: KeyRing?
    private let index: Int
    private let algorithms: [SignatureAlgorithm]
    private let types: [TokenType]
    private let audiences: AudienceSettings
    private let leeway: Int64
    private let maximumLifetime: Int64?
    private let required: [ClaimSelector]
    private let tellsLogouts: Bool
    private let scopeClaims: [ClaimSelector]

    init(_ settings: IssuerSettings, index: Int) {
        // Texts of its own: workers that count references to the same one slow each other down.
        self.name = String(decoding: Array(settings.name.utf8), as: UTF8.self)
        self.issuer = String(decoding: Array(settings.issuer.utf8), as: UTF8.self)
        self.index = index
        self.algorithms = settings.algorithms
        self.types = settings.types.map(TokenType.init)
        self.audiences = settings.audiences
        self.leeway = settings.leeway
        self.maximumLifetime = settings.maximumLifetime
        self.required = settings.required
        self.tellsLogouts = settings.tellsLogouts
        self.scopeClaims = settings.scopeClaims
    }

    /// `alg`, from the issuer's list alone.
    func checkAlgorithm(_ header: JOSEHeader) throws(TokenRejection) -> SignatureAlgorithm {
        guard let algorithm = header.algorithm, self.algorithms.contains(algorithm) else { throw .algorithmNotAllowed }
        return algorithm
    }

    /// `typ`.
    func checkType(_ header: JOSEHeader) throws(TokenRejection) {
        guard self.types.contains(header.type) else { throw .typeNotAllowed }
    }

    /// The key and the signature. Returns the ring's generation and the key's place in it.
    func checkSignature(
        _ signature: Span<UInt8>,
        of message: Span<UInt8>,
        algorithm: SignatureAlgorithm,
        keyID: String?
    ) throws(TokenRejection) -> (generation: UInt64, keyIndex: Int) {
        guard let keys = self.keys else { throw .keysUnavailable(issuer: self.index) }
        switch keys.verify(signature, of: message, algorithm: algorithm, keyID: keyID) {
        case .verified(let keyIndex): return (keys.generation, keyIndex)
        case .invalid: throw .signatureInvalid
        case .noKey: throw .keyUnknown(issuer: self.index)
        }
    }

    /// A logout token is never an access token, also where its `typ` does not say so (RFC 8725, section 3.12).
    func checkKind(_ claims: RegisteredClaims) throws(TokenRejection) {
        guard claims.isLogout == self.tellsLogouts else { throw .typeNotAllowed }
    }

    /// `exp`, which must be there, and `max_lifetime`. Returns `exp`.
    func checkExpiry(_ claims: RegisteredClaims, at now: Int64) throws(TokenRejection) -> Int64 {
        guard let expiresAt = claims.expiresAt else { throw .claimMissing("exp") }
        // RFC 7519, section 4.1.4: on or after `exp` it must not be accepted.
        guard now < expiresAt + self.leeway else { throw .expired }
        guard let maximumLifetime else { return expiresAt }
        guard let issuedAt = claims.issuedAt else { throw .claimMissing("iat") }
        guard expiresAt - issuedAt <= maximumLifetime else { throw .expired }
        return expiresAt
    }

    /// `nbf` and `iat`, if they are there.
    func checkStart(_ claims: RegisteredClaims, at now: Int64) throws(TokenRejection) {
        guard claims.notBefore ?? now <= now + self.leeway, claims.issuedAt ?? now <= now + self.leeway else {
            throw .notYetValid
        }
    }

    /// `aud`.
    func checkAudience(_ claims: RegisteredClaims) throws(TokenRejection) {
        switch self.audiences {
        case .any: return
        case .oneOf(let names): guard claims.isFor(anyOf: names) else { throw .audienceMismatch }
        }
    }

    /// `require`. A claim that is null or an empty text names nobody, and counts as missing.
    func checkRequired(_ claims: JSONValue) throws(TokenRejection) {
        for selector in self.required {
            switch selector.value(in: claims) {
            case nil, .null: throw .claimMissing(selector.text)
            case .string(let text) where text.isEmpty: throw .claimMissing(selector.text)
            default: continue
            }
        }
    }

    /// `cnf`. A plain bearer of a bound token may have stolen it (RFC 7800, section 3; RFC 9449, section 7.1).
    func checkBinding(_ claims: RegisteredClaims) throws(TokenRejection) {
        if claims.isBound { throw .proofInvalid }
    }

    /// The words of all `scope_claims`, each once.
    func scopeWords(_ claims: JSONValue) -> [String] {
        var words: [String] = []
        for selector in self.scopeClaims {
            guard let value = selector.value(in: claims) else { continue }
            ScopeWords.append(value, to: &words)
        }
        return words
    }
}
