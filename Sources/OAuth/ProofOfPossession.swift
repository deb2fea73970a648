internal import Bytes
public import Cryptography
internal import JOSE

/// A DPoP proof (RFC 9449, section 4) that was verified: whoever sent the request holds the key.
///
/// Whether it was used before is for the caller to ask: `identifier` must be new for `thumbprint` until `expires`.
public struct ProofOfPossession: Sendable, Equatable {
    /// Of the key (RFC 7638), as `cnf.jkt` has it.
    public let thumbprint: String
    /// The `jti`.
    public let identifier: String
    /// Seconds since 1970: from then on the proof is refused for its age.
    public let expires: Int64

    /// How far `iat` may be from now, in seconds, before or after (section 11.1).
    public static let window: Int64 = 60

    /// What a proof may be signed with: all but secrets.
    public static var algorithms: [SignatureAlgorithm] { SignedStatement.algorithms }

    /// Why a proof proves nothing.
    public enum Rejection: Error, Equatable, Sendable {
        case malformed
        case typeNotAllowed
        case algorithmNotAllowed
        /// No `jwk`, a private one, or one that cannot be used.
        case keyUnusable
        case signatureInvalid
        case methodMismatch
        case addressMismatch
        /// Too old, or of a clock that is ahead.
        case stale
        /// `ath` is not there, or of another access token.
        case tokenMismatch
    }

    /// Verifies `proof` in the order of section 4.3.
    ///
    /// - Parameters:
    ///   - method: Of the request, as it was sent.
    ///   - address: Of the request: scheme, authority and path.
    ///   - accessToken: The token that comes with the request; nil where none does.
    ///   - now: Seconds since 1970.
    public init(
        verifying proof: Span<UInt8>,
        method: Span<UInt8>,
        address: RequestAddress,
        accessToken: String? = nil,
        at now: Int64
    ) throws(Rejection) {
        guard let statement = SignedStatement(proof), let identifier = statement.identifier else { throw .malformed }
        guard statement.header.type == Self.type else { throw .typeNotAllowed }
        guard let algorithm = statement.algorithm else { throw .algorithmNotAllowed }
        let key = try Self.key(statement, algorithm)
        guard statement.isSigned(by: JSONWebKeySet(keys: [key])) else { throw .signatureInvalid }
        try Self.checkRequest(statement.claims, method, address)
        guard let issued = statement.registered.issuedAt, (issued - now).magnitude <= Self.window else { throw .stale }
        if let accessToken { try Self.checkToken(statement.claims, accessToken) }
        self.thumbprint = key.thumbprint
        self.identifier = identifier
        self.expires = issued + Self.window + 1
    }

    // MARK: - Private details

    private static let type = TokenType("dpop+jwt")
    /// RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1.
    private static let privateMembers: Set = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    private static func key(
        _ statement: SignedStatement,
        _ algorithm: SignatureAlgorithm
    ) throws(Rejection) -> JSONWebKey {
        // Section 4.3, step 7: whoever shows the private key to everybody proves nothing with it.
        guard let json = statement.headerKey, let members = json.members,
            !members.contains(where: { self.privateMembers.contains($0.name) }),
            let key = try? JSONWebKey(json), key.fits(algorithm),
            // The header's `kid` is nobody's business: the key is the one beside it.
            let bare = try? JSONWebKey(key: key.key, algorithm: algorithm)
        else { throw .keyUnusable }
        return bare
    }

    private static func checkRequest(
        _ claims: JSONValue,
        _ method: Span<UInt8>,
        _ address: RequestAddress
    ) throws(Rejection) {
        // RFC 9110, section 9.1: methods are case-sensitive.
        guard let named = claims["htm"]?.string, named.utf8Span.span.equals(method) else { throw .methodMismatch }
        guard let target = claims["htu"]?.string, RequestAddress(target) == address else { throw .addressMismatch }
    }

    /// Section 4.2: `ath` is the SHA-256 of the token's text.
    private static func checkToken(_ claims: JSONValue, _ token: String) throws(Rejection) {
        let hash = Base64URL.encode(Digest.sha256.hash(token.utf8Span.span))
        guard let named = claims["ath"]?.string,
            ConstantTime.areEqual(named.utf8Span.span, hash.utf8Span.span)
        else { throw .tokenMismatch }
    }
}
