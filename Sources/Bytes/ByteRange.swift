/// Where a piece of text lies in the bytes that it was read from: two numbers instead of a copy.
public struct ByteRange: Equatable, Sendable {
    public var start: UInt32
    public var count: UInt32

    public static let empty = ByteRange(start: 0, count: 0)

    @inlinable
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    @inlinable
    public init(_ range: Range<Int>) {
        self.start = UInt32(truncatingIfNeeded: range.lowerBound)
        self.count = UInt32(truncatingIfNeeded: range.count)
    }

    @inlinable public var end: Int { Int(self.start) + Int(self.count) }
    @inlinable public var isEmpty: Bool { self.count == 0 }
    @inlinable public var indices: Range<Int> { Int(self.start)..<self.end }
}

extension Span<UInt8> {
    /// The bytes that `range` names. Traps when they are not there.
    @inlinable
    @_lifetime(copy self)
    public func bytes(_ range: ByteRange) -> Span<UInt8> {
        self.extracting(range.indices)
    }
}
