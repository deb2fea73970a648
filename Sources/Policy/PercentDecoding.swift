import Bytes

// Segments are compared by their percent-decoded bytes, and decoded where they lie: nothing is copied.

extension Span<UInt8> {
    /// The byte at `position`, or the one that the escape there stands for; moves `position` behind it.
    ///
    /// A broken escape stands for itself. The request's own path has none, but another reading of it may.
    @inline(__always)
    func decodedByte(at position: inout Int, before end: Int) -> UInt8 {
        let byte = self[position]
        position += 1
        guard byte == UInt8(ascii: "%"), position + 1 < end,
            let high = self[position].hexadecimalValue, let low = self[position + 1].hexadecimalValue
        else { return byte }
        position += 2
        return high << 4 | low
    }

    /// Whether these bytes, decoded, are those of `other`, decoded.
    func equalsDecoded(_ other: Span<UInt8>) -> Bool {
        var here = 0
        var there = 0
        while here < self.count && there < other.count {
            let byte = self.decodedByte(at: &here, before: self.count)
            if byte != other.decodedByte(at: &there, before: other.count) { return false }
        }
        return here == self.count && there == other.count
    }

    /// A decoded copy, for paths that are not hot.
    var decoded: [UInt8] {
        var bytes: [UInt8] = []
        var position = 0
        while position < self.count { bytes.append(self.decodedByte(at: &position, before: self.count)) }
        return bytes
    }
}
