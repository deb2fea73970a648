public import Bytes

/// A request method (RFC 9110 9). Methods are case-sensitive: `get` is another method than `GET`.
public enum Method: UInt8, Equatable, Sendable {
    case get, head, post, put, delete, patch, options, trace, connect

    /// One that has no case of its own; its name is in the request's bytes.
    case other

    @inlinable
    public init(_ name: Span<UInt8>) {
        self =
            switch name.count {
            case 3 where name.equals("GET"): .get
            case 3 where name.equals("PUT"): .put
            case 4 where name.equals("POST"): .post
            case 4 where name.equals("HEAD"): .head
            case 5 where name.equals("PATCH"): .patch
            case 5 where name.equals("TRACE"): .trace
            case 6 where name.equals("DELETE"): .delete
            case 7 where name.equals("OPTIONS"): .options
            case 7 where name.equals("CONNECT"): .connect
            default: .other
            }
    }

    /// The method's name; empty for `other`.
    public var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .patch: "PATCH"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .other: ""
        }
    }

    /// RFC 9110 9.2.2: sending the request twice means the same as sending it once.
    @inlinable public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }
}
