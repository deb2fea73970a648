import Bytes

/// One `name=value` of a Cookie field (RFC 6265 4.2.1); the ranges are in its value.
public struct Cookie: Equatable, Sendable {
    public let name: Range<Int>

    /// As it was sent, quotes included.
    public let value: Range<Int>

    /// From the name to the end of the value: what to cut out to hide this cookie, with the `;` before or behind it.
    public let pair: Range<Int>
}

/// What a Cookie field says about one name.
public struct CookieMatch: Equatable, Sendable {
    /// The first of them.
    public var first: Cookie?
    public var count = 0
}

/// Goes through the pairs of a Cookie field. Servers split at `;` whatever RFC 6265 says about the rest, so this does.
public struct Cookies: Sendable {
    private var position = 0

    public init() {}

    /// The next pair with a name.
    public mutating func next(_ value: Span<UInt8>) -> Cookie? {
        while self.position < value.count {
            let start = self.position
            // A session may take thousands of bytes.
            let end = value.firstDistantPlace(of: UInt8(ascii: ";"), from: start)
            self.position = end + 1
            if let cookie = Self.pair(value, value.trimmed(start..<end)) { return cookie }
        }
        return nil
    }

    /// Finds `name`, whose case matters.
    public static func find(_ name: Span<UInt8>, in value: Span<UInt8>) -> CookieMatch {
        var match = CookieMatch()
        var cookies = Cookies()
        while let cookie = cookies.next(value) {
            guard value.extracting(cookie.name).equals(name) else { continue }
            match.first = match.first ?? cookie
            match.count += 1
        }
        return match
    }

    /// Whether one of `names` is in it. Goes through the pairs once.
    public static func name(anyOf names: [[UInt8]], in value: Span<UInt8>) -> Bool {
        var cookies = Cookies()
        while let cookie = cookies.next(value) {
            let name = value.extracting(cookie.name)
            for candidate in names where name.equals(candidate.span) { return true }
        }
        return false
    }

    /// Whether a Set-Cookie field sets one of `names`. One without a name counts as what browsers send of it, which is its
    /// value alone, and that may look like a pair (RFC 6265bis, section 5.8.3).
    public static func sets(anyOf names: [[UInt8]], in value: Span<UInt8>) -> Bool {
        guard !names.isEmpty else { return false }
        let end = value.firstPlace(of: UInt8(ascii: ";"), from: 0)
        var start = 0
        while start < end && Self.isBeforeName(value[start]) { start += 1 }
        guard let cookie = Self.pair(value, value.trimmed(start..<end)) else { return false }
        let name = value.extracting(cookie.name)
        for candidate in names where name.equals(candidate.span) { return true }
        return false
    }

    private static func isBeforeName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func pair(_ value: Span<UInt8>, _ range: Range<Int>) -> Cookie? {
        var equals = range.lowerBound
        while equals < range.upperBound && value[equals] != UInt8(ascii: "=") { equals += 1 }
        guard equals < range.upperBound else { return nil }
        let name = value.trimmed(range.lowerBound..<equals)
        guard !name.isEmpty else { return nil }
        return Cookie(name: name, value: value.trimmed(equals + 1..<range.upperBound), pair: range)
    }
}
