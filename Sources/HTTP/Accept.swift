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
        var typeEnd = 0
        while typeEnd < range.count && range[typeEnd] != UInt8(ascii: ";") { typeEnd += 1 }
        let type = range.extracting(range.trimmed(0..<typeEnd))
        let weight = Self.weight(range, from: typeEnd)
        if type.equalsIgnoringCase("text/html") { self.html = Swift.max(self.html, weight) }
        if Self.isJSON(type) { self.json = Swift.max(self.json, weight) }
    }

    /// `…/json`, or a structured type with the suffix `+json` (RFC 6839 3.1).
    private static func isJSON(_ type: Span<UInt8>) -> Bool {
        guard type.count > 5 else { return false }
        let end = type.extracting(type.count - 5..<type.count)
        return end.equalsIgnoringCase("/json") || end.equalsIgnoringCase("+json")
    }

    /// The `q` among the parameters; 1 without one, 0 when it is broken.
    private static func weight(_ range: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < range.count {
            var end = position + 1
            while end < range.count && range[end] != UInt8(ascii: ";") { end += 1 }
            let parameter = range.extracting(range.trimmed(position + 1..<end))
            if parameter.count > 1 && parameter[0].lowerCased == UInt8(ascii: "q") && parameter[1] == UInt8(ascii: "=")
            {
                return Self.thousandths(parameter.extracting(2..<parameter.count))
            }
            position = end
        }
        return 1000
    }

    /// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` (RFC 9110 12.4.2).
    private static func thousandths(_ text: Span<UInt8>) -> Int {
        guard (1...5).contains(text.count), text[0] == 0x30 || text[0] == 0x31 else { return 0 }
        guard text.count == 1 || text[1] == UInt8(ascii: ".") else { return 0 }
        var result = Int(text[0] - 0x30) * 1000
        var place = 100
        for index in 2..<Swift.max(2, text.count) {
            guard text[index].isDigit else { return 0 }
            result += Int(text[index] - 0x30) * place
            place /= 10
        }
        return result > 1000 ? 0 : result
    }
}
