internal import Bytes

/// The SHA-256 of a secret's text, which is all that is kept of it: client secrets, codes, refresh tokens.
///
/// One hash is enough because what is hashed has 256 random bits; a person's password needs `PasswordHash`.
public struct SecretDigest: Sendable, Hashable {
    /// SHA-256.
    public static let byteCount = 32
    static let prefix = "sha256:"

    public let bytes: [UInt8]

    /// The digest of the text as it is shown.
    public init(of text: String) {
        self.bytes = Digest.sha256.hash(text.utf8Span.span)
    }

    /// Nil unless there are `byteCount` bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads `sha256:` and 64 lower-case hexadecimal digits; nil for anything else.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let digits = String(text.dropFirst(Self.prefix.count))
        guard let bytes = Hex.decode(digits), Hex.encode(bytes).hasSameBytes(as: digits) else { return nil }
        self.init(bytes: bytes)
    }

    /// Whether `text` is the secret, compared in constant time.
    public func verifies(_ text: String) -> Bool {
        ConstantTime.areEqual(SecretDigest(of: text).bytes, self.bytes)
    }
}

extension SecretDigest: CustomStringConvertible {
    /// `sha256:` and 64 lower-case hexadecimal digits. Nobody gets from here to the secret.
    public var description: String { Self.prefix + Hex.encode(self.bytes) }
}
