import Glibc

// Finding the next byte of a kind, eight at a time. All of them answer with the span's count when there is none.

extension Span<UInt8> {
    /// The first `byte`, which must be ASCII, at `start` or behind it.
    @inlinable @inline(__always)
    public func firstPlace(of byte: UInt8, from start: Int) -> Int {
        precondition(start >= 0, "a place before the first byte")
        var place = start
        while place <= self.count - 8 {
            let found = self.word(at: place).bytesEqual(to: byte)
            if found != 0 { return place + found.firstByteIndex }
            place += 8
        }
        while place < self.count && self[place] != byte { place += 1 }
        return place
    }

    /// The first `byte` at `start` or behind it, where it may be hundreds of bytes away: the C library looks at more of them at
    /// once, but to call it costs more than a few words.
    public func firstDistantPlace(of byte: UInt8, from start: Int) -> Int {
        precondition(start >= 0, "a place before the first byte")
        guard start < self.count else { return self.count }
        return self.withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress, let found = memchr(first + start, Int32(byte), bytes.count - start)
            else { return bytes.count }
            return UnsafeRawPointer(found) - first
        }
    }

    /// The first ASCII control (below the space, or DEL) at `start` or behind it.
    @inlinable @inline(__always)
    public func firstControl(from start: Int) -> Int {
        precondition(start >= 0, "a place before the first byte")
        var place = start
        // Long runs without one are the rule, so two words share a branch.
        while place <= self.count - 16 {
            let first = self.word(at: place).controlBytes
            let second = self.word(at: place + 8).controlBytes
            if first | second != 0 {
                return first != 0 ? place + first.firstByteIndex : place + 8 + second.firstByteIndex
            }
            place += 16
        }
        while place <= self.count - 8 {
            let found = self.word(at: place).controlBytes
            if found != 0 { return place + found.firstByteIndex }
            place += 8
        }
        while place < self.count && self[place] >= 0x20 && self[place] != 0x7F { place += 1 }
        return place
    }

    /// The first byte that JSON escapes in a text (RFC 8259, section 7), at `start` or behind it.
    @inlinable @inline(__always)
    public func firstEscapedInJSON(from start: Int) -> Int {
        precondition(start >= 0, "a place before the first byte")
        var place = start
        while place <= self.count - 8 {
            let word = self.word(at: place)
            let found =
                word.bytesBelow(0x20) | word.bytesEqual(to: UInt8(ascii: "\""))
                | word.bytesEqual(to: UInt8(ascii: "\\"))
            if found != 0 { return place + found.firstByteIndex }
            place += 8
        }
        while place < self.count && self[place] >= 0x20 && self[place] != UInt8(ascii: "\"")
            && self[place] != UInt8(ascii: "\\")
        { place += 1 }
        return place
    }

    /// The first byte up to and with the space, at `start` or behind it.
    @inlinable @inline(__always)
    public func firstSpaceOrLower(from start: Int) -> Int {
        precondition(start >= 0, "a place before the first byte")
        var place = start
        while place <= self.count - 8 {
            let found = self.word(at: place).bytesBelow(0x21)
            if found != 0 { return place + found.firstByteIndex }
            place += 8
        }
        while place < self.count && self[place] > 0x20 { place += 1 }
        return place
    }

    /// The first byte that is neither an ASCII letter nor `-`, at `start` or behind it.
    @inlinable @inline(__always)
    public func firstNeitherLetterNorHyphen(from start: Int) -> Int {
        precondition(start >= 0, "a place before the first byte")
        var place = start
        while place <= self.count - 8 {
            let word = self.word(at: place)
            let others = ~(word.letterBytes | word.bytesEqual(to: UInt8(ascii: "-"))) & .everyByte
            if others != 0 { return place + others.firstByteIndex }
            place += 8
        }
        while place < self.count && (self[place].isLetter || self[place] == UInt8(ascii: "-")) { place += 1 }
        return place
    }

    /// The first byte that is no ASCII letter, digit, `-` or `.`, at `start` or behind it.
    @inlinable @inline(__always)
    public func firstBeyondHostName(from start: Int) -> Int {
        precondition(start >= 0, "a place before the first byte")
        var place = start
        while place <= self.count - 8 {
            let word = self.word(at: place)
            let digits = word.bytesBelow(0x3A) & ~word.bytesBelow(0x30)
            let marks = word.bytesEqual(to: UInt8(ascii: "-")) | word.bytesEqual(to: UInt8(ascii: "."))
            let others = ~(word.letterBytes | digits | marks) & .everyByte
            if others != 0 { return place + others.firstByteIndex }
            place += 8
        }
        while place < self.count && self[place].isHostNameByte { place += 1 }
        return place
    }
}

extension UInt8 {
    @inlinable var isHostNameByte: Bool {
        self.isLetterOrDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
    }
}
