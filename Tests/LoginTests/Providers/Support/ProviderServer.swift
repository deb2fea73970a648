import Bytes
import JOSE
import Reactor
import Transport

/// A provider's server on the test's own loop: it answers each request by its path, and remembers what was asked.
final class ProviderServer: Listener {
    struct Request {
        let method: String
        /// Without the query.
        let path: String
        let query: String
        let head: String
        let body: String

        /// A field's value; nil if it is not there.
        func field(_ name: String) -> String? {
            let lines = self.head.split(separator: "\r\n")
            return lines.first { $0.lowercased().hasPrefix("\(name.lowercased()): ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }

        /// A parameter of the form, as it was encoded.
        func parameter(_ name: String) -> String? {
            let pairs = self.body.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
            return pairs.first { $0[0] == name }.map { $0.count > 1 ? String($0[1]) : "" }
        }
    }

    enum Reply {
        case json(JSONValue, status: UInt16 = 200)
        case text(String, status: UInt16)
        /// The end of the connection.
        case hangUp
        /// Nothing, for ever.
        case silence
    }

    let port: UInt16
    private(set) var requests: [Request] = []
    /// By path; what has none is answered 404.
    var replies: [String: (Request) -> Reply] = [:]
    private let transport: TransportContext
    private var connections: [ProviderConnection] = []

    init(loop: EventLoop) throws {
        self.transport = TransportContext(loop: loop)
        let descriptor = try Socket.listen(on: .ip(IPAddress(ipv4: 0x7f00_0001), port: 0), sharesPort: false)
        self.port = Socket.port(of: descriptor)
        super.init(descriptor: descriptor, loop: loop)
        self.start()
    }

    /// Requests for `path`.
    func asked(_ path: String) -> [Request] { self.requests.filter { $0.path == path } }

    override func accepted(_ descriptor: Int32, from peer: IPAddress?) {
        let connection = ProviderConnection(descriptor: descriptor, context: self.transport)
        connection.server = self
        self.connections.append(connection)
        connection.register([.read, .write, .closed])
    }

    fileprivate func asked(_ request: Request, on connection: ProviderConnection) {
        self.requests.append(request)
        switch self.replies[request.path]?(request) ?? .text("", status: 404) {
        case .json(let json, let status): connection.answer(status, json.jsonText)
        case .text(let text, let status): connection.answer(status, text)
        case .hangUp: connection.close()
        case .silence: return
        }
    }

    func close() {
        self.stop()
        for connection in self.connections { connection.close() }
        self.connections = []
        // The loop keeps what is closed until the end of a turn, and what it keeps holds the loop.
        self.loop.runOnce()
    }
}

private final class ProviderConnection: Stream {
    weak var server: ProviderServer?
    private var text = ""

    override func readable() {
        while case .bytes = self.receive() {
            self.text += self.context.input.withSpan { $0.string }
            if let request = ProviderServer.Request(self.text) { self.server?.asked(request, on: self) }
            if self.isClosed { return }
        }
        if self.hasEnded { self.close() }
    }

    func answer(_ status: UInt16, _ body: String) {
        let head = "HTTP/1.1 \(status) Some\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        // 204 has no body, and no length of one (RFC 9110, section 8.6).
        let bytes = Array((status == 204 ? "HTTP/1.1 204 None\r\n\r\n" : head + body).utf8)
        self.send(bytes.span)
        self.closeWhenSent()
    }
}

extension ProviderServer.Request {
    /// Nil as long as something is missing.
    fileprivate init?(_ text: String) {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        self.head = String(text[..<end.lowerBound])
        self.body = String(text[end.upperBound...])
        let length = self.head.firstMatch(of: #/Content-Length: (\d+)/#).flatMap { Int($0.1) } ?? 0
        guard self.body.utf8.count == length else { return nil }
        let line = self.head.prefix { $0 != "\r\n" }.split(separator: " ")
        let target = line[1].split(separator: "?", maxSplits: 1)
        self.method = String(line[0])
        self.path = String(target[0])
        self.query = target.count > 1 ? String(target[1]) : ""
    }
}
