public import Bytes

/// The head of an upstream's answer: where everything lies in the bytes that it was read from, and what it means.
///
/// It is as strict as `RequestHead`. Each failure means that the upstream failed, whatever the error's own status is.
public struct ResponseHead: Sendable {
    public internal(set) var version = HTTPVersion.http11

    /// 100 to 999 (RFC 9110 15).
    public internal(set) var status: UInt16 = 0

    /// The reason phrase, which means nothing and may be empty.
    public internal(set) var reason = ByteRange.empty
    public internal(set) var fields = FieldSection()
    public internal(set) var framing = BodyFraming.none

    /// The upstream takes another request on this connection, once this answer's content has ended.
    public internal(set) var keepAlive = true

    /// `Connection` names something other than `close`, `keep-alive` and `upgrade`: fields to drop.
    public internal(set) var connectionNamesFields = false

    /// Where the content starts.
    public internal(set) var headByteCount = 0

    /// Another head follows on the same connection (RFC 9110 15.2). 101 is none of those: it ends HTTP.
    @inlinable public var isInterim: Bool { self.status < 200 && self.status != 101 }

    /// Longer reason phrases are refused.
    public static let maximumReasonBytes = 1024

    /// Takes no memory until a head is read.
    public init() {}

    /// Reads the answer to a request of `method`. After `incomplete`, call it again with the same bytes and more.
    public mutating func parse(_ bytes: Span<UInt8>, answering method: Method, limits: HeadLimits) -> HeadParseResult {
        do {
            let fieldsStart = try self.parseStatusLine(bytes)
            self.headByteCount = try self.fields.parse(bytes, from: fieldsStart, limits: limits)
            try self.interpret(bytes, answering: method)
            return .complete
        } catch {
            return error.result
        }
    }
}

// MARK: - Reading

extension ResponseHead {
    /// `status-line = HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 4). The second space may be missing
    /// when there is no phrase: servers forget it, and nothing else can be meant.
    private mutating func parseStatusLine(_ bytes: Span<UInt8>) throws(HeadStop) -> Int {
        self.version = try bytes.version(at: 0)
        guard bytes.count > 8 else { throw .incomplete }
        guard bytes[8] == .space else { throw .failed(.badVersion) }
        self.status = try Self.statusCode(bytes, at: 9)
        guard bytes.count > 12 else { throw .incomplete }
        guard bytes[12] == .space || bytes[12] == .cr else { throw .failed(.badStatus) }
        let start = bytes[12] == .space ? 13 : 12
        let line = bytes.extracting(0..<Swift.min(bytes.count, start + Self.maximumReasonBytes + 1))
        do {
            let end = try line.fieldValueEnd(from: start)
            self.reason = ByteRange(start..<end)
            return try bytes.lineEnd(at: end)
        } catch .incomplete where bytes.count > line.count {
            throw .failed(.badStatus)
        }
    }

    private static func statusCode(_ bytes: Span<UInt8>, at start: Int) throws(HeadStop) -> UInt16 {
        var status: UInt16 = 0
        for index in start..<start + 3 {
            guard index < bytes.count else { throw .incomplete }
            guard bytes[index].isDigit && (index > start || bytes[index] != 0x30) else { throw .failed(.badStatus) }
            status = status * 10 + UInt16(bytes[index] - 0x30)
        }
        return status
    }

    private mutating func interpret(_ bytes: Span<UInt8>, answering method: Method) throws(HeadStop) {
        do {
            let declared = try self.fields.declaredFraming(bytes, version: self.version)
            self.framing = self.hasNoContent(answering: method) ? .none : declared ?? .untilClose
            let options = try self.fields.connectionOptions(bytes)
            self.keepAlive = options.keepsAlive(self.version) && self.framing != .untilClose
            self.connectionNamesFields = options.contains(.others)
        } catch {
            throw .failed(error)
        }
    }

    /// RFC 9112 6.3, the first rule.
    private func hasNoContent(answering method: Method) -> Bool {
        method == .head || self.status < 200 || self.status == 204 || self.status == 304
    }
}
