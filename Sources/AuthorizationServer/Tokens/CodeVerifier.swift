internal import Bytes
internal import Cryptography

/// `code_verifier` (RFC 7636, section 4.1): 43 to 128 unreserved characters.
struct CodeVerifier {
    static let byteCounts = 43...128

    private let text: String

    /// Nil for a text that can be none.
    init?(_ text: String) {
        guard Self.byteCounts.contains(text.utf8.count), text.utf8.allSatisfy(Self.isUnreserved) else { return nil }
        self.text = text
    }

    /// Whether `challenge` was made of it with S256 (section 4.6), compared in constant time.
    func matches(challenge: String) -> Bool {
        let own = Base64URL.encode(Digest.sha256.hash(self.text.utf8Span.span))
        return ConstantTime.areEqual(own.utf8Span.span, challenge.utf8Span.span)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: byte.isLetterOrDigit
        }
    }
}
