// Eight bytes at once in one register. Each question answers with a mask: the top bit of every byte for which it is
// true, the first byte lowest. All of them are exact: no carry runs from one byte into the next.

extension Span<UInt8> {
    /// The eight bytes from `index` on, the first one lowest. Traps when they are not there.
    @inlinable
    public func word(at index: Int) -> UInt64 {
        precondition(index >= 0 && index <= self.count - 8, "word out of bounds")
        return UInt64(littleEndian: self.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }

    /// The four bytes from `index` on, the first one lowest. Traps when they are not there.
    @inlinable
    public func halfWord(at index: Int) -> UInt32 {
        precondition(index >= 0 && index <= self.count - 4, "half word out of bounds")
        return UInt32(littleEndian: self.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt32.self))
    }
}

extension UInt64 {
    /// The top bit of each byte.
    @inlinable public static var everyByte: UInt64 { 0x8080_8080_8080_8080 }

    /// `byte`, eight times.
    @inlinable
    public static func repeating(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* 0x0101_0101_0101_0101
    }

    /// The bytes that equal `byte`, which must be ASCII.
    @inlinable
    public func bytesEqual(to byte: UInt8) -> UInt64 {
        let difference = self ^ .repeating(byte)
        return ~(((difference & ~.everyByte) &+ ~.everyByte) | difference) & .everyByte
    }

    /// The bytes below `bound`, which must be ASCII.
    @inlinable
    public func bytesBelow(_ bound: UInt8) -> UInt64 {
        ~(((self & ~.everyByte) &+ .repeating(0x80 &- bound)) | self) & .everyByte
    }

    /// The bytes that are an ASCII letter of either case.
    @inlinable public var letterBytes: UInt64 {
        let lowered = (self | .repeating(0x20)) & ~.everyByte
        let fromA = lowered &+ .repeating(0x80 - 0x61)
        let behindZ = lowered &+ .repeating(0x80 - 0x7B)
        return fromA & ~behindZ & ~self & .everyByte
    }

    /// The place of the first byte in a mask that is not zero.
    @inlinable public var firstByteIndex: Int { self.trailingZeroBitCount >> 3 }
}
