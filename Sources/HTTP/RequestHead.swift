public import Bytes

/// The head of a request: where everything lies in the bytes that it was read from, and what it means.
///
/// One value is filled again for each request of a connection and keeps its memory.
public struct RequestHead: Sendable {
    /// The forms of a request target (RFC 9112 3.2). `CONNECT` and its authority form are refused.
    public enum TargetForm: UInt8, Sendable {
        case origin, absolute, asterisk
    }

    public internal(set) var method = Method.other
    public internal(set) var methodRange = ByteRange.empty

    /// The whole target as it was sent.
    public internal(set) var target = ByteRange.empty
    public internal(set) var form = TargetForm.origin

    /// The path as it was sent. It may be empty in the absolute form, and may hold bytes that only
    /// `PathNormaliser` refuses: nothing but the normalised path may be matched or forwarded.
    public internal(set) var path = ByteRange.empty

    /// The query with its `?`; empty if there is none.
    public internal(set) var query = ByteRange.empty

    /// Of the absolute form. The scheme is not compared here; the authority equals `host` but for case.
    public internal(set) var scheme = ByteRange.empty
    public internal(set) var authority = ByteRange.empty

    public internal(set) var version = HTTPVersion.http11
    public internal(set) var fields = FieldSection()

    /// A valid authority; empty only in HTTP/1.0 without a Host.
    public internal(set) var host = ByteRange.empty
    public internal(set) var framing = BodyFraming.none

    /// The client will send another request on this connection (RFC 9112 9.3).
    public internal(set) var keepAlive = true

    /// The client waits for `100 Continue` before it sends the content (RFC 9110 10.1.1).
    public internal(set) var expectsContinue = false

    /// `Connection` names something other than `close`, `keep-alive` and `upgrade`: fields to drop.
    public internal(set) var connectionNamesFields = false

    /// The protocols that the client would switch to; empty unless `Connection` says `upgrade`, too.
    public internal(set) var upgrade = ByteRange.empty
    @inlinable public var asksUpgrade: Bool { !self.upgrade.isEmpty }

    /// Where the content starts.
    public internal(set) var headByteCount = 0

    /// Longer names belong to no method of the registry. Ours is four times the longest of them.
    public static let maximumMethodBytes = 64

    /// Takes no memory until a head is read.
    public init() {}

    /// Reads a head from the first of `bytes` on. After `incomplete`, call it again with the same bytes and more: the
    /// verdict does not depend on where they were cut, and what cannot become a request fails at once. Of a head that failed
    /// `path` tells whether its request line was read: it is empty if not.
    public mutating func parse(_ bytes: Span<UInt8>, limits: HeadLimits) -> HeadParseResult {
        let fieldsStart: Int
        do {
            fieldsStart = try self.parseRequestLine(bytes, limits: limits)
        } catch {
            self.path = .empty
            return error.result
        }
        do {
            self.headByteCount = try self.fields.parse(bytes, from: fieldsStart, limits: limits)
            try self.interpret(bytes)
            return .complete
        } catch {
            return error.result
        }
    }
}
