import Bytes
import HTTP
import Reactor
import Transport

@testable import HTTPConnections

/// A server's connection on a loop of its own, with its client in the test's hands.
final class ServerPair {
    let loop = EventLoop()
    let client: Peer
    let server: ScriptedContext
    let connection: ServerConnection
    private let transport: TransportContext

    /// Distinct, so that a deadline names what is waited for. In milliseconds.
    static let timeouts: ServerTimeouts = {
        var timeouts = ServerTimeouts()
        timeouts.header = 11_000
        timeouts.bodyIdle = 22_000
        timeouts.writeIdle = 33_000
        timeouts.keepAlive = 44_000
        return timeouts
    }()

    /// `answer` is what becomes of each head.
    init(_ answer: @escaping (ScriptedRequest) -> Void = { $0.answerAtEnd = "ok" }) {
        let (descriptor, client) = Peer.pair()
        self.client = client
        self.transport = TransportContext(loop: self.loop)
        self.server = ScriptedContext(answer, transport: self.transport)
        self.connection = ServerConnection(descriptor: descriptor, peer: nil, listenerIndex: 0, server: self.server)
        self.connection.start()
    }

    deinit {
        self.connection.close()
        self.loop.runOnce()
    }

    /// Lets the loop do all that it can do without the client.
    func settle() {
        for _ in 0..<20 { self.loop.runOnce() }
    }

    func send(_ text: String) {
        self.client.send(text)
        self.settle()
    }

    func ask(_ text: String) -> String {
        self.send(text)
        return self.client.received()
    }

    /// Milliseconds that the connection has left; nil: as long as it takes.
    var timeLeft: UInt64? {
        self.connection.deadline == .max ? nil : self.connection.deadline - self.loop.milliseconds
    }

    func letTimePass() {
        self.connection.checkDeadline(now: self.connection.deadline)
        self.settle()
    }

    /// What became of the request that came as number `index`.
    func events(_ index: Int = 0) -> [String] { self.server.requests[index].events }
}

/// Hands out a new request for each head, and refuses with a status alone.
final class ScriptedContext: ServerContext {
    let answer: (ScriptedRequest) -> Void
    private(set) var requests: [ScriptedRequest] = []
    private(set) var closedConnections = 0
    /// How often a connection began to wait for a next request.
    private(set) var idleConnections = 0

    init(_ answer: @escaping (ScriptedRequest) -> Void, transport: TransportContext) {
        self.answer = answer
        super.init(limits: HeadLimits(), timeouts: ServerPair.timeouts, transport: transport)
    }

    override func takeRequest(for connection: ServerConnection) -> ServerRequest {
        let request = ScriptedRequest(self.answer)
        self.requests.append(request)
        return request
    }

    override func refuse(_ failure: ServerRequestFailure, on connection: ServerConnection) {
        let request = ScriptedRequest { _ in }
        connection.adopt(request)
        request.answer("refused: \(failure)", status: 400)
    }

    override func connectionIsIdle(_ connection: ServerConnection) { self.idleConnections += 1 }
    override func connectionClosed(_ connection: ServerConnection) { self.closedConnections += 1 }
}

/// Writes down what it is told, and answers as the test wants it.
final class ScriptedRequest: ServerRequest {
    private let whenHeadArrives: (ScriptedRequest) -> Void
    private(set) var events: [String] = []
    /// Sent once the request is complete.
    var answerAtEnd: String?
    var takes = true
    /// As it was handed on.
    private(set) var bodySoFar = ""

    init(_ whenHeadArrives: @escaping (ScriptedRequest) -> Void) {
        self.whenHeadArrives = whenHeadArrives
    }

    var target: String { self.headBytes.withSpan { $0.bytes(self.head.target).string } }

    func answer(_ body: String, status: UInt16 = 200, framing: AnswerFraming = .length) {
        guard let connection = self.connection else { return }
        let bytes = [UInt8](body.utf8)
        connection.startHead(status: status, reason: "Word".utf8.span)
        if framing == .length { connection.addLine("Content-Length", decimal: UInt64(bytes.count)) }
        connection.endHead(framing)
        connection.sendBody(bytes.span)
        connection.endAnswer()
    }

    override var takesBody: Bool { self.takes }

    override func headArrived() {
        self.events.append("head \(self.target)")
        self.whenHeadArrives(self)
    }

    override func bodyArrived(_ wire: Span<UInt8>, content: Int) { self.bodySoFar += wire.string }

    override func bodyEnded() {
        self.events.append("ended")
        if let answer = self.answerAtEnd { self.answer(answer) }
    }

    override func bodyFailed(_ failure: ServerRequestFailure) {
        self.events.append("failed: \(failure)")
        self.answer("failed", status: 400)
    }

    override func aborted() { self.events.append("aborted") }
    override func answerDrained() { self.events.append("drained") }
    override func answerHeldBack() { self.events.append("held back") }
    override func released() { self.events.append("released") }
}
