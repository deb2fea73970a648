public import Bytes

/// Where the `{parameter}` segments of a pattern lie in the path that matched, in the order of the pattern.
///
/// The bytes are as the path has them, percent-encoded. Which name stands for which of them is the route's to know.
public struct PathParameters: Sendable {
    private var ranges = InlineArray<8, ByteRange>(repeating: .empty)
    public private(set) var count = 0

    @inline(__always)
    init() {}

    public subscript(index: Int) -> ByteRange {
        precondition(index >= 0 && index < self.count, "no such path parameter")
        return self.ranges[index]
    }

    @inline(__always)
    mutating func append(_ range: ByteRange) {
        self.ranges[self.count] = range
        self.count += 1
    }

    @inline(__always)
    mutating func removeLast() { self.count -= 1 }
}
