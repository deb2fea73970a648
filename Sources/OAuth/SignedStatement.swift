internal import Bytes
internal import Cryptography
internal import JOSE

/// A signed JSON object of a client, such as an assertion or a proof: taken apart, and nothing of it believed yet.
///
/// Unlike the tokens of issuers these are never remembered and name their key in ways of their own.
struct SignedStatement {
    let header: JOSEHeader
    /// `jwk` of the header (RFC 7515, section 4.1.3): a claim like all others.
    let headerKey: JSONValue?
    let claims: JSONValue
    let registered: RegisteredClaims
    private let message: [UInt8]
    private let signature: [UInt8]

    /// What it may be long. A proof with a key of 8192 bits has about 3 KiB.
    static let maximumByteCount = 8 * 1024
    /// `jti` in bytes: a name to remember for minutes.
    static let maximumIdentifierByteCount = 256

    /// The asymmetric algorithms: a secret proves nothing that its other holder could not.
    static let algorithms = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }

    /// Nil for what is no JWS in compact serialization with a JSON object inside, or is too long.
    init?(_ text: Span<UInt8>) {
        guard text.count <= Self.maximumByteCount, let parts = CompactJWS(text),
            let header = Self.json(text.extracting(parts.header)),
            let claims = Self.json(text.extracting(parts.payload)),
            let signature = Base64URL.decode(text.extracting(parts.signature)),
            let known = try? JOSEHeader(header), let members = claims.members,
            let registered = try? RegisteredClaims(members)
        else { return nil }
        self.header = known
        self.headerKey = header["jwk"]
        self.claims = claims
        self.registered = registered
        self.message = text.extracting(parts.signingInput).array
        self.signature = signature
    }

    /// `jti`; nil if there is none that can be remembered.
    var identifier: String? {
        guard let text = self.claims["jti"]?.string, 1...Self.maximumIdentifierByteCount ~= text.utf8.count else {
            return nil
        }
        return text
    }

    /// The algorithm that it names; nil for one that is symmetric, or that nobody knows.
    var algorithm: SignatureAlgorithm? {
        self.header.algorithm.flatMap { Self.algorithms.contains($0) ? $0 : nil }
    }

    /// Whether one of `keys` made the signature with the algorithm that the header names.
    func isSigned(by keys: JSONWebKeySet) -> Bool {
        guard let algorithm = self.algorithm,
            let ring = try? KeyRing(keys, algorithms: [algorithm], generation: 0)
        else { return false }
        let outcome = ring.verify(
            self.signature.span,
            of: self.message.span,
            algorithm: algorithm,
            keyID: self.header.keyID
        )
        if case .verified = outcome { return true }
        return false
    }

    private static func json(_ text: Span<UInt8>) -> JSONValue? {
        guard let bytes = Base64URL.decode(text) else { return nil }
        return try? JSONValue(parsing: bytes.span)
    }
}
