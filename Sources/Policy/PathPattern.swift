import Bytes

/// The `path` of a route, parsed: literal segments, `{parameter}` segments, and a last `**`.
public struct PathPattern: Sendable, Hashable {
    public enum Segment: Sendable, Hashable {
        /// Percent-decoded bytes as text.
        case literal(String)
        case parameter(String)
    }

    /// A match carries its parameters in place, so their number has a bound.
    public static let maximumParameters = 8
    /// Matching goes one call deeper with each segment of a pattern; no API comes near this.
    public static let maximumSegments = 64

    /// As it was written.
    public let text: String
    public let segments: [Segment]
    /// Whether a last `**` takes none or more further segments.
    public let hasRest: Bool

    public init(_ text: String) throws(PathPatternError) {
        guard text.utf8.first == UInt8(ascii: "/") else { throw .noLeadingSlash }
        var parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        // A final `/` does not matter, and `/` alone has no segments at all.
        if parts.last == "" { parts.removeLast() }
        let hasRest = parts.last == "**"
        if hasRest { parts.removeLast() }
        guard parts.count <= Self.maximumSegments else { throw .tooManySegments }

        var segments: [Segment] = []
        for part in parts { segments.append(try Segment(part)) }
        self.text = text
        self.segments = segments
        self.hasRest = hasRest
        try self.checkParameters()
    }

    /// Names of the `{parameter}` segments, in order.
    public var parameters: [String] {
        self.segments.compactMap { segment in
            guard case .parameter(let name) = segment else { return nil }
            return name
        }
    }

    private func checkParameters() throws(PathPatternError) {
        let names = self.parameters
        for (index, name) in names.enumerated() where names[..<index].contains(name) { throw .repeatedParameter(name) }
        guard names.count <= Self.maximumParameters else { throw .tooManyParameters }
    }
}

/// Why a path pattern is none.
public enum PathPatternError: Error, Equatable {
    case noLeadingSlash
    case emptySegment
    case dotSegment
    case queryOrFragment
    case partialParameter(String)
    case badParameterName(String)
    case repeatedParameter(String)
    case starNotLast
    case badEscape(String)
    /// A control byte or `\`: no request path that is let through contains one, escaped or not.
    case forbiddenByte(String)
    /// More than `PathPattern.maximumParameters`.
    case tooManyParameters
    /// More than `PathPattern.maximumSegments`.
    case tooManySegments
}

extension PathPattern.Segment {
    init(_ text: Substring) throws(PathPatternError) {
        if text.isEmpty { throw .emptySegment }
        if text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) { throw .queryOrFragment }
        // `*` alone means different things elsewhere; whoever wants the character writes `%2A`.
        if text.utf8.contains(UInt8(ascii: "*")) { throw .starNotLast }
        if text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
            self = .parameter(try Self.parameterName(text))
        } else {
            self = .literal(try Self.decodedLiteral(text))
        }
    }

    private static func parameterName(_ text: Substring) throws(PathPatternError) -> String {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { throw .partialParameter(String(text)) }
        let name = text.dropFirst().dropLast()
        if name.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
            throw .partialParameter(String(text))
        }
        let isName = name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
        guard isName, let first = name.utf8.first, first.isLetter || first == UInt8(ascii: "_") else {
            throw .badParameterName(String(name))
        }
        return String(name)
    }

    private static func decodedLiteral(_ text: Substring) throws(PathPatternError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                throw .badEscape(String(text))
            }
            bytes.append(high << 4 | low)
        }
        guard let literal = String(validating: bytes, as: UTF8.self) else { throw .badEscape(String(text)) }
        if literal == "." || literal == ".." { throw .dotSegment }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "\\") }) {
            throw .forbiddenByte(String(text))
        }
        return literal
    }
}
