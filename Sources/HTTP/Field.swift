public import Bytes

/// One field line of a head. All ranges are in the bytes that the head was read from.
public struct Field: Equatable, Sendable {
    @usableFromInline var start: UInt32
    @usableFromInline var nameCount: UInt32
    @usableFromInline var valueStart: UInt32
    @usableFromInline var valueCount: UInt32
    @usableFromInline var lineCount: UInt32

    /// Which of the names that the gateway knows this is. It ignores case and nothing else: use `FoldedNameSet` to
    /// find names that an upstream may confuse.
    public let id: FieldID

    @inlinable
    init(id: FieldID, start: Int, colon: Int, value: Range<Int>, end: Int) {
        self.id = id
        self.start = UInt32(truncatingIfNeeded: start)
        self.nameCount = UInt32(truncatingIfNeeded: colon &- start)
        self.valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
        self.valueCount = UInt32(truncatingIfNeeded: value.upperBound &- value.lowerBound)
        self.lineCount = UInt32(truncatingIfNeeded: end &- start)
    }

    @inlinable public var name: ByteRange { ByteRange(start: self.start, count: self.nameCount) }

    /// Without the white space around it.
    @inlinable public var value: ByteRange { ByteRange(start: self.valueStart, count: self.valueCount) }

    /// The whole line with its CRLF: neighbouring lines that are kept can be copied as one run.
    @inlinable public var line: ByteRange { ByteRange(start: self.start, count: self.lineCount) }
}
