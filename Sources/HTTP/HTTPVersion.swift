/// The protocol version of a message. A higher minor version is processed as 1.1 (RFC 9110 2.5).
public enum HTTPVersion: UInt8, Equatable, Sendable {
    case http10, http11
}
