// Eight bytes at once in one register. Each question answers with a mask: the top bit of every byte for which it is
// true, the first byte lowest. All of them are exact: no carry runs from one byte into the next.

extension Span<UInt8> {
    /// The eight bytes from `index` on, the first one lowest. Traps when they are not there.
    @inlinable
    public func word(at index: Int) -> UInt64 {
        precondition(index >= 0 && index <= self.count - 8, "word out of bounds")
        return UInt64(littleEndian: self.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }

    /// The bytes from `index` to the end, of which there must be less than eight, and `a` in the place of the others.
    @inlinable
    public func paddedWord(at index: Int) -> UInt64 {
        var word: UInt64 = .repeating(UInt8(ascii: "a"))
        for place in stride(from: self.count - 1, through: index, by: -1) {
            word = word << 8 | UInt64(self[place])
        }
        return word
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

    /// The bytes that are an ASCII control: below the space, or DEL.
    @inlinable public var controlBytes: UInt64 {
        let low = self & ~.everyByte
        let fromSpace = low &+ .repeating(0x80 - 0x20)
        let notDelete = (low ^ .repeating(0x7F)) &+ .repeating(0x7F)
        return ~((fromSpace & notDelete) | self) & .everyByte
    }

    /// The same bytes with ASCII letters in lower case.
    @inlinable public var lowerCasedBytes: UInt64 {
        let low = self & ~.everyByte
        let fromA = low &+ .repeating(0x80 - 0x41)
        let behindZ = low &+ .repeating(0x80 - 0x5B)
        // The mask's top bits, moved to where the two cases differ.
        return self | ((fromA & ~behindZ & ~self & .everyByte) >> 2)
    }

    /// The place of the first byte in a mask that is not zero.
    @inlinable public var firstByteIndex: Int { self.trailingZeroBitCount >> 3 }
}
