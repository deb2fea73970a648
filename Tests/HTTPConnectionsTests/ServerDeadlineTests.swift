import Testing

@testable import HTTPConnections

@Suite("The deadlines of a server's connection")
struct ServerDeadlineTests {
    private typealias Fixture = ServerConnectionTests
    private static let times = ServerPair.timeouts

    @Test("a new connection has the time of a head, and is closed without a word")
    func fresh() {
        let pair = ServerPair()
        #expect(pair.timeLeft == Self.times.header)
        #expect(pair.server.idleConnections == 0, "it has yet to speak, and has no claim to be kept")
        pair.letTimePass()
        #expect(pair.client.received().isEmpty)
        #expect(pair.connection.isClosed)
    }

    @Test("a head has its time from its first byte on, and is told when it is late")
    func head() {
        let pair = ServerPair()
        pair.passAMillisecond()
        pair.send("GET /a HT")
        #expect(pair.timeLeft == Self.times.header)
        pair.passAMillisecond()
        pair.send("TP/1.1\r\nHo")
        #expect(pair.timeLeft! < Self.times.header)
        pair.letTimePass()
        #expect(pair.client.received().contains("refused: timeout"))
        #expect(pair.timeLeft == ServerTimeouts.linger)
    }

    @Test("a client that may not send any more when its time is over is not late")
    func noLongerTaken() {
        let pair = ServerPair { _ in }
        pair.send(Fixture.post("Content-Length: 9", body: "a"))
        #expect(pair.timeLeft == Self.times.bodyIdle)
        pair.server.requests[0].takes = false
        pair.letTimePass()
        #expect(!pair.events().contains("failed: timeout"))
        #expect(pair.timeLeft == nil)
    }

    @Test("a body has its time from each piece on, and its request is told when it is late")
    func body() {
        let pair = ServerPair { _ in }
        pair.send(Fixture.post("Content-Length: 9", body: "a"))
        #expect(pair.timeLeft == Self.times.bodyIdle)
        pair.passAMillisecond()
        #expect(pair.timeLeft! < Self.times.bodyIdle)
        pair.send("b")
        #expect(pair.timeLeft == Self.times.bodyIdle)
        pair.letTimePass()
        #expect(pair.events().contains("failed: timeout"))
        #expect(pair.client.received().contains("failed"))
    }

    @Test("a body that may not come is not waited for, and is again once it may")
    func pausedBody() {
        let pair = ServerPair { $0.takes = false }
        pair.send(Fixture.post("Content-Length: 9"))
        #expect(pair.timeLeft == nil)
        pair.server.requests[0].takes = true
        pair.connection.resumeReading()
        pair.settle()
        #expect(pair.timeLeft == Self.times.bodyIdle)
    }

    @Test("a whole request waits for its answer as long as it takes")
    func answer() {
        let pair = ServerPair { _ in }
        pair.send(Fixture.get)
        #expect(pair.timeLeft == nil)
    }

    @Test("a kept connection waits for the next request, anew after each answer")
    func keepAlive() {
        let pair = ServerPair { $0.answer("ok") }
        for _ in 0..<2 {
            pair.send(Fixture.get)
            #expect(pair.timeLeft == Self.times.keepAlive)
            pair.passAMillisecond()
        }
        pair.letTimePass()
        #expect(pair.connection.isClosed)
    }

    @Test("its context is told each time that it begins to wait for a next request")
    func idle() {
        let pair = ServerPair { $0.answer("ok") }
        for answers in 1...3 {
            pair.send(Fixture.get)
            #expect(pair.server.idleConnections == answers)
        }
        pair.send("GET /a HT")
        #expect(pair.server.idleConnections == 3)
    }

    @Test("an unwanted body has its time once, however it trickles")
    func discard() {
        let pair = ServerPair { $0.answer("ok") }
        pair.send(Fixture.post("Content-Length: 9", body: "a"))
        #expect(pair.timeLeft == Self.times.bodyIdle)
        pair.passAMillisecond()
        pair.send("b")
        #expect(pair.timeLeft! < Self.times.bodyIdle)
        pair.letTimePass()
        #expect(pair.connection.isClosed)
    }

    @Test("a client that takes no small pieces has the time to take them, and the request hears of it")
    func heldBack() {
        let pair = ServerPair {
            $0.connection?.startHead(status: 200, reason: "".utf8.span)
            $0.connection?.endHead(.length)
            $0.connection?.flushHead()
        }
        pair.send(Fixture.get)
        #expect(pair.timeLeft == nil)
        let piece = [UInt8](repeating: 0x78, count: 1000)
        for _ in 0..<1000 where pair.connection.unsentBytes == 0 {
            pair.connection.sendBody(piece.span)
            #expect(pair.connection.unsentBytes == 0)
            pair.settle()
        }
        #expect(pair.connection.unsentBytes > 0)
        #expect(pair.events().filter { $0 == "held back" }.count == 1)
        #expect(pair.timeLeft == Self.times.writeIdle)
        while pair.connection.unsentBytes > 0 {
            _ = pair.client.received()
            pair.settle()
        }
        #expect(pair.events().last == "drained")
        #expect(pair.timeLeft == nil)
    }

    @Test("whoever takes some of an answer has its time anew")
    func sending() {
        let pair = ServerPair { $0.answer(String(repeating: "x", count: 1 << 20)) }
        pair.send(Fixture.get)
        pair.passAMillisecond()
        #expect(pair.timeLeft! < Self.times.writeIdle)
        _ = pair.client.received()
        pair.settle()
        #expect(pair.connection.unsentBytes > 0)
        #expect(pair.timeLeft == Self.times.writeIdle)
    }

    @Test("a closing connection drops what comes, and waits no longer for it")
    func linger() {
        let pair = ServerPair()
        pair.send("NONSENSE\r\n\r\n")
        pair.passAMillisecond()
        pair.send("more")
        #expect(pair.timeLeft! < ServerTimeouts.linger)
    }

    @Test("nothing happens before the time has passed")
    func early() {
        let pair = ServerPair()
        pair.connection.checkDeadline(now: pair.connection.deadline - 1)
        #expect(!pair.connection.isClosed)
    }
}

extension ServerPair {
    /// Until the loop's clock shows another time.
    func passAMillisecond() {
        let before = self.loop.milliseconds
        while self.loop.milliseconds == before { self.loop.refreshClock() }
    }
}
