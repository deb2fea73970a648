import Bytes
import Glibc
import Reactor
import Testing

@testable import Transport

/// One end of a pair of sockets as a stream, the other in the test's hands.
private final class Sender: Stream {
    let other: Int32
    private(set) var wakings = 0
    private(set) var drainings = 0
    private(set) var hasFailed = false

    init(_ context: TransportContext) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "no sockets are left")
        self.other = ends[1]
        super.init(descriptor: ends[0], context: context)
        self.register([.read, .write, .closed])
    }

    deinit { Glibc.close(self.other) }

    func send(_ text: String) { self.send(text.utf8Span.span) }

    /// What has come to the other end so far.
    func arrived() -> String {
        var bytes = [UInt8](repeating: 0, count: 1_000_000)
        let count = recv(self.other, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    override func readable() { self.wakings += 1 }
    override func drained() { self.drainings += 1 }
    override func sendFailed() { self.hasFailed = true }
}

@Suite("What a turn sends")
final class OutboxTests {
    private let loop: EventLoop
    private let context: TransportContext
    private let stream: Sender
    private let second: Sender

    init() {
        self.loop = EventLoop()
        self.context = TransportContext(loop: self.loop)
        self.stream = Sender(self.context)
        self.second = Sender(self.context)
        self.loop.runOnce()
    }

    deinit {
        self.stream.close()
        self.second.close()
        self.loop.runOnce()
    }

    @Test("leaves at the end of the turn, together and in order")
    func together() {
        self.stream.send("one ")
        self.second.send("other")
        self.stream.send("two ")
        self.stream.send("three")
        #expect(self.second.arrived() == "")
        self.loop.runOnce()
        #expect(self.stream.arrived() == "one two three")
        #expect(self.second.arrived() == "other")
        #expect(self.stream.unsentBytes == 0)
    }

    @Test("a head and its body leave as one")
    func headAndBody() {
        self.stream.send("head ".utf8.span, "body".utf8.span)
        #expect(self.stream.arrived() == "")
        self.loop.runOnce()
        #expect(self.stream.arrived() == "head body")
    }

    @Test("a long piece leaves at once, behind what was sent before it")
    func longPiece() {
        let long = String(repeating: "l", count: Outbox.maximumPiece + 1)
        self.stream.send("before ")
        self.stream.send(long)
        #expect(self.stream.arrived() == "before \(long)")
        self.stream.send("head ".utf8.span, long.utf8Span.span)
        #expect(self.stream.arrived() == "head \(long)")
        self.loop.runOnce()
        #expect(self.stream.arrived() == "")
    }

    @Test("more than there is room for leaves before the end")
    func room() {
        let piece = String(repeating: "p", count: Outbox.maximumPiece)
        let pieces = Outbox.byteCount / Outbox.maximumPiece
        for _ in 0..<pieces { self.stream.send(piece) }
        #expect(self.stream.arrived() == "")
        self.second.send("x")
        #expect(self.stream.arrived() == String(repeating: piece, count: pieces))
        self.loop.runOnce()
        #expect(self.second.arrived() == "x")
    }

    @Test("closing loses nothing of it, whichever way")
    func closing() {
        self.stream.send("last words")
        self.stream.close()
        #expect(self.stream.arrived() == "last words")
        self.second.send("mine too")
        self.second.closeWhenSent()
        #expect(self.second.isClosed)
        #expect(self.second.arrived() == "mine too")
    }

    @Test("saying that no more comes does not overtake it")
    func ending() {
        self.stream.send("last words")
        self.stream.endSending()
        #expect(self.stream.arrived() == "last words")
        var byte: UInt8 = 0
        #expect(recv(self.stream.other, &byte, 1, 0) == 0)
    }

    @Test("what the kernel does not take is kept in order, and whoever sent it is woken")
    func fullSocket() {
        while self.stream.unsentBytes == 0 { self.stream.send(String(repeating: "f", count: 100_000)) }
        var expected = ""
        // Room for a little, which the next small piece and the end of the turn find again.
        while self.stream.unsentBytes > 0 {
            expected += self.stream.arrived()
            self.loop.runOnce()
        }
        let drainings = self.stream.drainings
        while self.context.outbox.deliver(of: self.stream) {
            self.stream.send(String(repeating: "s", count: Outbox.maximumPiece))
        }
        let wakings = self.stream.wakings
        self.stream.send("end")
        self.loop.runOnce()
        #expect(self.stream.wakings > wakings)
        #expect(self.stream.unsentBytes > 0)
        var arrived = ""
        while self.stream.unsentBytes > 0 {
            arrived += self.stream.arrived()
            self.loop.runOnce()
        }
        arrived += self.stream.arrived()
        #expect(arrived.hasSuffix("send"))
        #expect(self.stream.drainings > drainings)
    }

    @Test("a peer that has gone is told at the next turn")
    func goneSocket() {
        shutdown(self.stream.other, Int32(SHUT_RDWR))
        self.stream.send("nobody hears")
        #expect(!self.stream.hasFailed)
        self.loop.runOnce()
        self.loop.runOnce()
        #expect(self.stream.hasFailed)
        self.stream.send("nor this")
        #expect(self.stream.unsentBytes == 0)
    }
}
