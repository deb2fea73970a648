/// The `path` of a route, parsed: literal segments, `{parameter}` segments, and a last `**`.
public struct PathPattern: Sendable, Hashable {
    public enum Segment: Sendable, Hashable {
        /// Percent-decoded bytes as text.
        case literal(String)
        case parameter(String)
    }

    /// As it was written.
    public let text: String
    public let segments: [Segment]
    /// Whether a last `**` takes none or more further segments.
    public let hasRest: Bool
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
}
