internal import Bytes

/// A key of 256 bits that seals what only its holder may read or change. It prints as `<redacted>`.
///
/// A box is: one byte 1, the version; 8 bytes, the name of the key; 12 random bytes, the nonce; the ciphertext, as long
/// as the text; 16 bytes, the tag. The cipher is AES-256-GCM (NIST SP 800-38D). Section 8.3 there bounds a key to 2^32
/// boxes with random nonces: a store that writes a hundred a second reaches that after more than a year, a rotation
/// comes sooner.
public struct SealingKey: Sendable {
    /// AES-256.
    public static let byteCount = AES256GCM.keyByteCount
    /// What a box has beside the text.
    public static let overhead = Self.headByteCount + AES256GCM.nonceByteCount + AES256GCM.tagByteCount

    static let nameByteCount = 8
    static let headByteCount = 1 + Self.nameByteCount
    private static let version: UInt8 = 1

    /// Tells keys apart in a box. A hash of the key: it gives nothing away of 256 random bits.
    let name: [UInt8]
    private let bytes: [UInt8]

    /// Nil unless there are `byteCount` bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
        let labelled = Array("gatehouse sealing key ".utf8) + bytes
        self.name = Array(Digest.sha256.hash(labelled.span).prefix(Self.nameByteCount))
    }

    /// A fresh key.
    public static func generate() -> SealingKey {
        guard let key = SealingKey(Randomness.bytes(count: self.byteCount)) else {
            preconditionFailure("randomness comes in the number asked for")
        }
        return key
    }

    /// The key itself, for a file that only its owner may read.
    public var secret: [UInt8] { self.bytes }

    /// A box that only this key opens, and only together with the same associated data.
    public func seal(_ text: Span<UInt8>, associatedData: Span<UInt8>) -> [UInt8] {
        let nonce = Randomness.bytes(count: AES256GCM.nonceByteCount)
        let cipher = AES256GCM(key: self.bytes, nonce: nonce)
        return [Self.version] + self.name + nonce + cipher.seal(text, associatedData: associatedData)
    }

    /// The text; nil if the box is not of this key, was changed, or was made for other associated data.
    public func open(_ box: Span<UInt8>, associatedData: Span<UInt8>) -> [UInt8]? {
        var text = ByteBuffer()
        guard self.opening.open(box, associatedData: associatedData, appendingTo: &text) else { return nil }
        return text.span.array
    }

    /// The key made ready to open box after box on one thread.
    var opening: Opening { Opening(key: self, cipher: AES256GCMOpening(key: self.bytes)) }

    struct Opening {
        fileprivate let key: SealingKey
        fileprivate let cipher: AES256GCMOpening

        /// Appends the text; false, and nothing is appended, if the box is not of this key, was changed, or was made for other
        /// associated data.
        func open(_ box: Span<UInt8>, associatedData: Span<UInt8>, appendingTo text: inout ByteBuffer) -> Bool {
            guard self.key.isAsked(by: box) else { return false }
            let start = SealingKey.headByteCount + AES256GCM.nonceByteCount
            return self.cipher.open(
                box.extracting(start...),
                nonce: box.extracting(SealingKey.headByteCount..<start),
                associatedData: associatedData,
                appendingTo: &text
            )
        }
    }

    /// Whether a box asks for this key. False for what is no box.
    func isAsked(by box: Span<UInt8>) -> Bool {
        guard box.count >= Self.overhead, box[0] == Self.version else { return false }
        let name = self.name
        return box.extracting(1..<Self.headByteCount).equals(name.span)
    }
}

/// For telling whether settings changed.
extension SealingKey: Equatable {}

extension SealingKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
