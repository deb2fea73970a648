/// How the end of a message's content is found (RFC 9112 6.3).
public enum BodyFraming: Equatable, Sendable {
    case none
    case length(UInt64)
    case chunked

    /// Answers only: the content ends with the connection.
    case untilClose

    @inlinable public var hasContent: Bool { self != .none && self != .length(0) }
}
