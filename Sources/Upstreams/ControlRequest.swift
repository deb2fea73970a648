import Bytes
public import HTTP
public import Telemetry

/// One request of the gateway's own: a GET that asks for JSON, unless more is said.
public struct ControlRequest: Sendable {
    public let url: ControlURL
    public private(set) var method = Method.get
    /// Statuses that are answers. All others are failures, and redirects are never followed.
    public var answers: Set<UInt16> = [200]
    private var fields: [Field] = []
    private var body: Content?

    private struct Field {
        let name: StaticString
        let value: Redacted<String>
    }

    private struct Content {
        let type: StaticString
        let bytes: Redacted<[UInt8]>
    }

    /// A GET.
    public init(_ url: ControlURL) { self.url = url }

    /// A request with a body of the media type `type`.
    public init(_ method: Method, _ url: ControlURL, body: Redacted<[UInt8]>, type: StaticString) {
        self.url = url
        self.method = method
        self.body = Content(type: type, bytes: body)
    }

    /// The request with one more field. Nil if the value is not visible ASCII and spaces: it may come from a peer, and a
    /// line break in it would be a field of theirs.
    public func adding(_ name: StaticString, _ value: Redacted<String>) -> ControlRequest? {
        guard value.secret.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) else { return nil }
        var request = self
        request.fields.append(Field(name: name, value: value))
        return request
    }

    /// As it goes to the server.
    func write(to buffer: inout ByteBuffer) {
        buffer.append(self.method.name)
        buffer.append(" ")
        buffer.append(text: self.url.target)
        buffer.append(" HTTP/1.1\r\nHost: ")
        buffer.append(text: self.url.authority)
        // No coding is taken: a small answer that unfolds into a large one would pass the cap.
        buffer.append("\r\nAccept: application/json\r\nAccept-Encoding: identity")
        buffer.append("\r\nUser-Agent: gatehouse\r\nConnection: close")
        for field in self.fields {
            buffer.append("\r\n")
            buffer.append(field.name)
            buffer.append(": ")
            buffer.append(text: field.value.secret)
        }
        if let body {
            buffer.append("\r\nContent-Type: ")
            buffer.append(body.type)
            buffer.append("\r\nContent-Length: ")
            buffer.append(decimal: UInt64(body.bytes.secret.count))
        }
        buffer.append("\r\n\r\n")
        if let body { buffer.append(body.bytes.secret) }
    }
}
