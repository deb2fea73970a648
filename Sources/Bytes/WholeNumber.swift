// Numbers in network byte order, as they stand in names and records.

extension Span<UInt8> {
    /// All bytes as one number, the first the highest. At most eight.
    public var wholeNumber: UInt64 {
        var number: UInt64 = 0
        for index in self.indices { number = number << 8 | UInt64(self[index]) }
        return number
    }
}

extension UInt64 {
    /// Its eight bytes, the highest first.
    public var wholeBytes: [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> UInt64($0)) }
    }
}
