import Bytes
import HTTP
import Reactor
import Transport

@testable import HTTPConnections

/// A client's connection on a loop of its own, with its server in the test's hands.
final class ClientPair {
    let loop = EventLoop()
    let server: Peer
    let owner = RecordingOwner()
    let call: RecordingCall
    let connection: ClientConnection
    private let transport: TransportContext

    /// A connection that stands, with `call` on it.
    init(_ call: RecordingCall = RecordingCall()) {
        let (descriptor, server) = Peer.pair()
        self.server = server
        self.call = call
        self.transport = TransportContext(loop: self.loop)
        self.connection = ClientConnection(
            connecting: descriptor,
            securedBy: nil,
            for: call,
            client: ClientContext(transport: self.transport),
            owner: self.owner
        )
        self.connection.start()
        self.settle()
    }

    deinit {
        self.connection.abandon()
        self.loop.runOnce()
    }

    /// Lets the loop do all that it can do without the server.
    func settle() {
        for _ in 0..<10 { self.loop.runOnce() }
    }

    func ask() {
        self.connection.send("GET / HTTP/1.1\r\n\r\n".utf8.span)
        self.connection.requestIsComplete = true
        self.settle()
    }

    func answer(_ text: String, byByte: Bool = false) {
        if byByte {
            for byte in text.utf8 {
                self.server.send(String(UnicodeScalar(byte)))
                self.settle()
            }
        } else {
            self.server.send(text)
            self.settle()
        }
    }
}

final class RecordingOwner: ClientConnectionOwner {
    private(set) var idle = 0
    private(set) var closed = 0
    /// Gets the connection as soon as it is idle.
    var next: RecordingCall?

    override func becameIdle(_ connection: ClientConnection) {
        self.idle += 1
        guard let next = self.next else { return }
        self.next = nil
        connection.take(next)
    }
    override func closed(_ connection: ClientConnection) { self.closed += 1 }
}

/// Writes down what it is told.
final class RecordingCall: ClientCall {
    private let asked: Method
    private let relays: Bool
    private(set) var events: [String] = []
    private(set) var body = ""
    var takes = true

    init(_ method: Method = .get, relays: Bool = false) {
        self.asked = method
        self.relays = relays
    }

    override var method: Method { self.asked }
    override var wantsWire: Bool { self.relays }
    override var takesBody: Bool { self.takes }
    override func connected() { self.events.append("connected") }
    override func headArrived(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        self.events.append("head \(head.status)")
    }
    override func interimArrived(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        self.events.append("interim \(head.status)")
    }
    override func bodyArrived(_ bytes: Span<UInt8>) { self.body += bytes.string }
    override func heldBack() { self.events.append("held back") }
    override func answerEnded() { self.events.append("ended") }
    override func failed(_ failure: ClientFailure) { self.events.append("failed \(failure)") }
}
