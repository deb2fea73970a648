import Bytes
import Reactor
import Transport

/// A server on the test's own loop that answers each connection with the next script.
final class ScriptedServer: Listener {
    enum Script {
        /// These bytes, and then the end of the connection.
        case answer(String)
        /// Nothing, for ever.
        case silence
        /// The end of the connection.
        case hangUp
    }

    let port: UInt16
    /// What was asked on each connection, head and body.
    private(set) var requests: [String] = []
    private let transport: TransportContext
    private let script: Script
    private var connections: [ScriptedConnection] = []

    init(_ script: Script, loop: EventLoop) throws {
        self.script = script
        self.transport = TransportContext(loop: loop)
        let descriptor = try Socket.listen(on: .ip(IPAddress(ipv4: 0x7f00_0001), port: 0), sharesPort: false)
        self.port = Socket.port(of: descriptor)
        super.init(descriptor: descriptor, loop: loop)
        self.start()
    }

    override func accepted(_ descriptor: Int32, from peer: IPAddress?) {
        let connection = ScriptedConnection(descriptor: descriptor, context: self.transport)
        connection.server = self
        self.connections.append(connection)
        connection.register([.read, .write, .closed])
    }

    fileprivate func asked(_ request: String, on connection: ScriptedConnection) {
        self.requests.append(request)
        switch self.script {
        case .silence: return
        case .hangUp: connection.close()
        case .answer(let text):
            let bytes = Array(text.utf8)
            connection.send(bytes.span)
            connection.closeWhenSent()
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

private final class ScriptedConnection: Stream {
    weak var server: ScriptedServer?
    private var text = ""

    override func readable() {
        while case .bytes = self.receive() {
            self.text += self.context.input.withSpan { $0.string }
            if self.isComplete { self.server?.asked(self.text, on: self) }
            if self.isClosed { return }
        }
        if self.hasEnded { self.close() }
    }

    private var isComplete: Bool {
        guard let head = self.text.firstRange(of: "\r\n\r\n") else { return false }
        let length = self.text.firstMatch(of: #/Content-Length: (\d+)/#).flatMap { Int($0.1) } ?? 0
        return self.text[head.upperBound...].utf8.count == length
    }
}
