public import Bytes

/// `Authorization: Bearer TOKEN` (RFC 6750 2.1) and `Authorization: DPoP TOKEN` (RFC 9449 7.1); the scheme in any case
/// (RFC 9110 11.1).
public enum TokenScheme: Sendable {
    case bearer
    case proof

    @inlinable @inline(__always)
    var name: StaticString {
        switch self {
        case .bearer: "bearer"
        case .proof: "dpop"
        }
    }

    /// The token's place, or nil for another scheme. It may be empty.
    @inlinable @inline(__always)
    public func token(in bytes: Span<UInt8>, _ value: ByteRange) -> ByteRange? {
        let scheme = self.name.utf8CodeUnitCount
        guard value.count >= scheme else { return nil }
        let start = Int(value.start)
        guard bytes.extracting(start..<start + scheme).equalsIgnoringCase(self.name) else { return nil }
        var position = start + scheme
        guard position < value.end else { return ByteRange(position..<position) }
        guard bytes[position] == UInt8(ascii: " ") else { return nil }
        while position < value.end && bytes[position] == UInt8(ascii: " ") { position += 1 }
        return ByteRange(position..<value.end)
    }
}
