import Bytes

/// Whether a client would rather read HTML or JSON (RFC 9110 12.5.1), over all lines of Accept.
public struct Accept: Sendable {
    /// The weights of what was named, in thousandths; -1 if it was not.
    private var html = -1
    private var json = -1

    public init() {}

    /// HTML when `text/html` is named with a weight not below that of any JSON type that is named. A wildcard names
    /// nothing.
    public var prefersHTML: Bool { self.html > 0 && self.html >= self.json }

    /// Whether `text/html` is named, and not refused with a weight of zero.
    public var namesHTML: Bool { self.html > 0 }

    public static func prefersHTML(_ value: Span<UInt8>) -> Bool {
        var accept = Accept()
        accept.read(value)
        return accept.prefersHTML
    }

    /// Adds one line's value.
    public mutating func read(_ value: Span<UInt8>) {
        var elements = ListElements()
        while let range = elements.next(value) { self.read(range: value.extracting(range)) }
    }

    /// `media-range [ weight ]`
    private mutating func read(range: Span<UInt8>) {
        let typeEnd = range.firstPlace(of: UInt8(ascii: ";"), from: 0)
        let type = range.extracting(range.trimmed(0..<typeEnd))
        let weight = Weight.thousandths(of: range, from: typeEnd)
        if type.equalsIgnoringCase("text/html") { self.html = Swift.max(self.html, weight) }
        if Self.isJSON(type) { self.json = Swift.max(self.json, weight) }
    }

    /// `…/json`, or a structured type with the suffix `+json` (RFC 6839 3.1).
    private static func isJSON(_ type: Span<UInt8>) -> Bool {
        guard type.count > 5 else { return false }
        let end = type.extracting(type.count - 5..<type.count)
        return end.equalsIgnoringCase("/json") || end.equalsIgnoringCase("+json")
    }
}
