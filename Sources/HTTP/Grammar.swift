import Bytes

// Character classes as bitmaps of the ASCII bytes: two constants, so that no table is touched.

extension UInt8 {
    @usableFromInline static var lf: UInt8 { 0x0A }
    @usableFromInline static var cr: UInt8 { 0x0D }
    @usableFromInline static var space: UInt8 { 0x20 }
    @usableFromInline static var tab: UInt8 { 0x09 }

    @inlinable
    func isIn(_ low: UInt64, _ high: UInt64) -> Bool {
        let bits = self < 64 ? low : high
        return self < 128 && (bits >> UInt64(self & 63)) & 1 == 1
    }

    /// `tchar` of RFC 9110 5.6.2: what names, methods and tokens are made of.
    @inlinable public var isTokenCharacter: Bool { self.isIn(0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE) }

    /// `unreserved` of RFC 3986 2.3.
    @inlinable public var isUnreserved: Bool { self.isIn(0x03FF_6000_0000_0000, 0x47FF_FFFE_87FF_FFFE) }

    /// `unreserved` or `sub-delims` of RFC 3986: a registered name without escapes.
    @inlinable var isRegisteredNameCharacter: Bool { self.isIn(0x2BFF_7FD2_0000_0000, 0x47FF_FFFE_87FF_FFFE) }

    /// `OWS` of RFC 9110 5.6.3.
    @inlinable public var isOptionalWhitespace: Bool { self == .space || self == .tab }

    /// A control byte that no field value may contain: all but HTAB (RFC 9110 5.5).
    @inlinable var isForbiddenInValue: Bool { (self < 0x20 && self != .tab) || self == 0x7F }
}

extension Span<UInt8> {
    /// Whether this is a `token` (RFC 9110 5.6.2).
    public var isToken: Bool {
        for index in 0..<self.count where !self[index].isTokenCharacter { return false }
        return !self.isEmpty
    }

    /// `range` without the optional white space at both of its ends.
    @inlinable @inline(__always)
    public func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end && self[start].isOptionalWhitespace { start += 1 }
        while end > start && self[end - 1].isOptionalWhitespace { end -= 1 }
        return start..<end
    }
}
