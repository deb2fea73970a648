import Glibc

// Small questions about bytes that are ASCII text.
// `public`, like all that the request path calls: the compiler does not inline `package` functions across modules.

extension Span<UInt8> {
    /// Whether the bytes are exactly those of `text`. Not for secrets: see `ConstantTime`.
    @inlinable
    public func equals(_ text: StaticString) -> Bool {
        guard self.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<self.count where self[index] != text.utf8Start[index] { return false }
        return true
    }

    public func equals(_ other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        return self.withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return memcmp(left, right, self.count) == 0
            }
        }
    }

    /// Whether the bytes are those of `lowerCase`, in any case. `lowerCase` must be in lower case.
    @inlinable
    public func equalsIgnoringCase(_ lowerCase: StaticString) -> Bool {
        guard self.count == lowerCase.utf8CodeUnitCount else { return false }
        let other = UnsafeRawPointer(lowerCase.utf8Start)
        // The last word overlaps the one before, so no byte is left over.
        if self.count >= 8 {
            var index = 0
            while index < self.count - 8 {
                guard self.word(at: index).lowerCasedBytes == other.word(at: index) else { return false }
                index += 8
            }
            return self.word(at: self.count - 8).lowerCasedBytes == other.word(at: self.count - 8)
        }
        if self.count >= 4 {
            let end = self.count - 4
            return self.twoHalves(0, end).lowerCasedBytes == other.twoHalves(0, end)
        }
        for index in 0..<self.count where self[index].lowerCased != lowerCase.utf8Start[index] { return false }
        return true
    }

    /// The four bytes from `first` on, and above them those from `second` on.
    @inlinable
    func twoHalves(_ first: Int, _ second: Int) -> UInt64 {
        UInt64(self.halfWord(at: first)) | UInt64(self.halfWord(at: second)) << 32
    }

    /// Whether the bytes are those of `other` when ASCII letters of either case count as the same.
    @inlinable
    public func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for index in 0..<self.count where self[index].lowerCased != other[index].lowerCased { return false }
        return true
    }

    /// Whether the bytes begin with those of `lowerCase`, in any case. `lowerCase` must be in lower case.
    public func startsIgnoringCase(with lowerCase: StaticString) -> Bool {
        let count = lowerCase.utf8CodeUnitCount
        return self.count >= count && self.extracting(..<count).equalsIgnoringCase(lowerCase)
    }

    public func firstIndex(of byte: UInt8) -> Int? {
        let place = self.firstDistantPlace(of: byte, from: 0)
        return place < self.count ? place : nil
    }

    /// A copy, for paths that are not hot.
    public var array: [UInt8] {
        self.withUnsafeBytes { [UInt8]($0) }
    }

    /// The text as UTF-8, broken sequences repaired; for paths that are not hot.
    public var string: String {
        self.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension UInt8 {
    @inlinable public var isUpperCase: Bool { self &- 0x41 < 26 }
    @inlinable public var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inlinable public var isDigit: Bool { self &- 0x30 < 10 }
    @inlinable public var isLetterOrDigit: Bool { self.isLetter || self.isDigit }
    @inlinable public var lowerCased: UInt8 { self.isUpperCase ? self | 0x20 : self }

    /// The value of a hexadecimal digit, or nil.
    @inlinable public var hexadecimalValue: UInt8? {
        if self.isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}

extension UnsafeRawPointer {
    @inlinable
    func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: self.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    @inlinable
    func twoHalves(_ first: Int, _ second: Int) -> UInt64 {
        let low = UInt32(littleEndian: self.loadUnaligned(fromByteOffset: first, as: UInt32.self))
        let high = UInt32(littleEndian: self.loadUnaligned(fromByteOffset: second, as: UInt32.self))
        return UInt64(low) | UInt64(high) << 32
    }
}
