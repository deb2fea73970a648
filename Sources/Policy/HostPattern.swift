import Bytes

/// One of a route's `hosts`, parsed: a name, an address, or `*.` and a name that matches one or more labels in front of it.
public struct HostPattern: Sendable, Hashable {
    /// As it was written.
    public let text: String
    public let isWildcard: Bool

    /// The part that is compared: without `*.`.
    public var name: Substring { self.isWildcard ? self.text.dropFirst(2) : self.text[...] }

    public init(_ text: String) throws(HostPatternError) {
        self.text = text
        self.isWildcard = text.hasPrefix("*.")
        let name = self.isWildcard ? text.dropFirst(2) : text[...]
        if name.isEmpty { throw .empty }
        if name.contains("*") { throw .wildcardNotFirst }
        if name.hasPrefix("[") {
            guard !self.isWildcard else { throw .wildcardNotFirst }
            try Self.checkAddress(name)
        } else {
            try Self.checkName(name)
        }
    }

    // RFC 3986 3.2.2: an IPv6 address stands in brackets.
    private static func checkAddress(_ text: Substring) throws(HostPatternError) {
        guard let end = text.lastIndex(of: "]") else { throw .badLabel(String(text)) }
        if text.index(after: end) != text.endIndex { throw .hasPort }
        guard IPAddress(String(text.dropFirst().dropLast())) != nil else { throw .badLabel(String(text)) }
        if text.utf8.contains(where: \.isUpperCase) { throw .upperCase }
    }

    // RFC 1123 2.1 and RFC 1035 2.3.4; `_` is no letter of a host name, but is met in practice.
    private static func checkName(_ text: Substring) throws(HostPatternError) {
        if text.contains("/") { throw .hasScheme }
        if text.contains(":") { throw .hasPort }
        if text.hasSuffix(".") { throw .finalDot }
        if text.utf8.contains(where: \.isUpperCase) { throw .upperCase }
        guard text.utf8.count <= 253 else { throw .tooLong }
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            let isLabel = label.utf8.allSatisfy {
                $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
            guard isLabel, (1...63).contains(label.utf8.count), !label.hasPrefix("-"), !label.hasSuffix("-") else {
                throw .badLabel(String(label))
            }
        }
    }
}

/// Why a host pattern is none.
public enum HostPatternError: Error, Equatable {
    case empty
    case hasScheme
    case hasPort
    case finalDot
    case upperCase
    case tooLong
    /// `*` stands only for whole labels in front: `*.example.org`.
    case wildcardNotFirst
    /// Not a label of a host name (names beyond ASCII are written in their `xn--` form), or not an address.
    case badLabel(String)
}
