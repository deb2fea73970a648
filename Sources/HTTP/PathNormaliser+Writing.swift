import Bytes

extension PathNormaliser {
    /// Appends the normal form of any bytes. Refuses nothing: a broken escape stays as it is.
    static func write(_ path: Span<UInt8>, into output: inout ByteBuffer) {
        let root = output.count
        output.reserve(path.count + 1)
        output.append(UInt8(ascii: "/"))
        var index = 0
        while index < path.count {
            let byte = path[index]
            if byte == UInt8(ascii: "/") {
                Self.endSegment(&output, root, isLast: false)
                index += 1
            } else if byte == UInt8(ascii: "%"), let decoded = path.escape(at: index), decoded.isUnreserved {
                output.append(decoded)
                index += 3
            } else {
                output.append(byte)
                index += 1
            }
        }
        Self.endSegment(&output, root, isLast: true)
    }

    /// Ends the segment behind the last slash of `output` (RFC 3986 5.2.4), which an empty one does not need: that is
    /// how runs of slashes become one.
    private static func endSegment(_ output: inout ByteBuffer, _ root: Int, isLast: Bool) {
        let start = Self.lastSlash(output, root, from: output.count - 1) + 1
        switch output.count - start {
        case 1 where output[start] == UInt8(ascii: "."):
            output.removeLast(1)
        case 2 where output[start] == UInt8(ascii: ".") && output[start + 1] == UInt8(ascii: "."):
            let parent = Self.lastSlash(output, root, from: start - 2)
            output.removeLast(output.count - parent - 1)
        case 0: break
        default: if !isLast { output.append(UInt8(ascii: "/")) }
        }
    }

    /// The place of the last slash at `start` or before it; the root's, if there is none.
    private static func lastSlash(_ output: borrowing ByteBuffer, _ root: Int, from start: Int) -> Int {
        var index = start
        while index > root && output[index] != UInt8(ascii: "/") { index -= 1 }
        return Swift.max(index, root)
    }
}

extension Span<UInt8> {
    /// The byte that the escape at `index` stands for, or nil if it is broken (RFC 3986 2.1).
    public func escape(at index: Int) -> UInt8? {
        guard index + 2 < self.count, let high = self[index + 1].hexadecimalValue,
            let low = self[index + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }
}
