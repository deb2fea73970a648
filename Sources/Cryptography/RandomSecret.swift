internal import Bytes

/// 256 random bits as base64url: a code, a token, a client's secret. It prints as `<redacted>`.
///
/// RFC 6749, section 10.10, asks that such a secret is guessed with a probability of at most 2^-160.
public struct RandomSecret: Sendable {
    static let byteCount = 32

    /// What its holder presents. Whoever writes this word must not print what it gets.
    public let text: String

    /// A fresh one.
    public init() {
        self.text = Base64URL.encode(Randomness.bytes(count: Self.byteCount))
    }

    /// One that was made before.
    public init(text: String) { self.text = text }

    /// What is kept of it.
    public var digest: SecretDigest { SecretDigest(of: self.text) }
}

extension RandomSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
