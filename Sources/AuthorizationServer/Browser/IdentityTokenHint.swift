internal import Bytes
internal import Cryptography
internal import JOSE

/// An ID token of ours that a client shows again (`id_token_hint`): whom it means, and that it had to do with them.
///
/// One that has run out is as good: it names somebody, and permits nothing (OpenID Connect RP-Initiated Logout, section 2).
struct IdentityTokenHint {
    let subject: String
    /// The `client_id` that it was made for.
    let client: String

    /// Nil unless we signed it, as an ID token.
    init?(_ text: String, keys: SigningKeys, issuer: String) {
        let token = text.utf8Span.span
        guard let parts = CompactJWS(token), Self.isSigned(token, parts, keys),
            let claims = Self.json(token.extracting(parts.payload)), claims["iss"] == .string(issuer),
            case .string(let subject) = claims["sub"], case .string(let client) = claims["aud"]
        else { return nil }
        self.subject = subject
        self.client = client
    }

    // MARK: - Private details

    private static func isSigned(_ token: Span<UInt8>, _ parts: CompactJWS, _ keys: SigningKeys) -> Bool {
        guard let json = self.json(token.extracting(parts.header)), let header = try? JOSEHeader(json),
            // An access token is no ID token (RFC 8725, section 3.11).
            header.type == .jwt, let algorithm = header.algorithm, let ring = keys.ring(algorithms: [algorithm]),
            let signature = Base64URL.decode(token.extracting(parts.signature))
        else { return false }
        let message = token.extracting(parts.signingInput)
        let outcome = ring.verify(signature.span, of: message, algorithm: algorithm, keyID: header.keyID)
        if case .verified = outcome { return true }
        return false
    }

    private static func json(_ part: Span<UInt8>) -> JSONValue? {
        guard let bytes = Base64URL.decode(part) else { return nil }
        return try? JSONValue(parsing: bytes.span)
    }
}
