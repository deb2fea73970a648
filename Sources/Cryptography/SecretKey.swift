internal import Bytes

/// A secret that both sides know, for HMAC. It prints as `<redacted>`.
public struct SecretKey: Sendable {
    /// As long as the shortest hash (RFC 7518, section 3.2). Whether it can be guessed is not seen by its length.
    public static let minimumByteCount = 32

    let bytes: [UInt8]

    /// Throws `secretTooShort`.
    public init(_ bytes: [UInt8]) throws(KeyError) {
        guard bytes.count >= Self.minimumByteCount else { throw .secretTooShort(bytes: bytes.count) }
        self.bytes = bytes
    }
}

extension SecretKey: Equatable {
    /// Whether both are the same secret, compared in constant time.
    public static func == (one: SecretKey, other: SecretKey) -> Bool {
        ConstantTime.areEqual(one.bytes, other.bytes)
    }
}

extension SecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
