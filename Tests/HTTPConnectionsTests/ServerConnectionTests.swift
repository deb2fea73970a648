import Testing

@testable import HTTPConnections

@Suite("A server's connection")
struct ServerConnectionTests {
    static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    static let ok = "HTTP/1.1 200 Word\r\nContent-Length: 2\r\n\r\nok"
    static let lastOK = "HTTP/1.1 200 Word\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    static let goOn = "HTTP/1.1 100 Continue\r\n\r\n"

    static func post(_ lines: String..., body: String = "") -> String {
        "POST /p HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    /// Requests, and the bodies that are handed on.
    private static let exchanges: [(String, String)] = [
        (get, ""),
        (post(), ""),
        (post("Content-Length: 0"), ""),
        (post("Content-Length: 3", body: "abc"), "abc"),
        (post("Transfer-Encoding: chunked", body: "0\r\n\r\n"), "0\r\n\r\n"),
        (post("Transfer-Encoding: chunked", body: "3\r\nabc\r\n0\r\n\r\n"), "3\r\nabc\r\n0\r\n\r\n"),
    ]

    @Test("takes a request whole, and one byte at a time", arguments: exchanges.indices, [false, true])
    func requests(_ index: Int, byByte: Bool) {
        let (request, body) = Self.exchanges[index]
        let pair = ServerPair()
        if byByte {
            for byte in request.utf8 { pair.send(String(UnicodeScalar(byte))) }
        } else {
            pair.send(request)
        }
        #expect(pair.client.received() == Self.ok)
        #expect(pair.server.requests[0].bodySoFar == body)
        #expect(pair.events() == ["head \(index == 0 ? "/a" : "/p")", "ended", "released"])
        #expect(pair.connection.isIdle)
    }

    @Test("drops a request's trailers")
    func trailers() {
        let pair = ServerPair()
        pair.send(Self.post("Transfer-Encoding: chunked", body: "1\r\na\r\n0\r\nX-T: 1\r\n\r\n"))
        #expect(pair.client.received() == Self.ok)
        #expect(!pair.server.requests[0].bodySoFar.contains("X-T"))
    }

    @Test("answers pipelined requests in their order", arguments: [false, true])
    func pipelining(byByte: Bool) {
        let pair = ServerPair { $0.answerAtEnd = $0.target }
        let requests = ["/a", "/b", "/c"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        if byByte { for byte in requests.utf8 { pair.send(String(UnicodeScalar(byte))) } } else { pair.send(requests) }
        let answers = ["/a", "/b", "/c"].map { "HTTP/1.1 200 Word\r\nContent-Length: 2\r\n\r\n\($0)" }
        #expect(pair.client.received() == answers.joined())
    }

    @Test("begins a pipelined request only after the answer to the one before")
    func oneAtATime() {
        let pair = ServerPair { _ in }
        pair.send(Self.get + Self.get)
        #expect(pair.server.requests.count == 1)
        pair.server.requests[0].answer("ok")
        pair.settle()
        #expect(pair.server.requests.count == 2)
        #expect(pair.client.received() == Self.ok)
    }

    @Test("asks for a body that waits to be asked for")
    func expectation() {
        let pair = ServerPair {
            $0.connection?.sendContinue()
            $0.answerAtEnd = "ok"
        }
        #expect(pair.ask(Self.post("Content-Length: 3", "Expect: 100-continue")) == Self.goOn)
        #expect(pair.ask("abc") == Self.ok)
        #expect(pair.connection.isIdle)
    }

    @Test("closes behind a refused expectation, since nobody knows whether the body comes")
    func refusedExpectation() {
        let pair = ServerPair { $0.answer("ok") }
        #expect(pair.ask(Self.post("Content-Length: 3", "Expect: 100-continue")) == Self.lastOK)
        #expect(pair.timeLeft == ServerTimeouts.linger)
    }

    @Test("drops a body that nobody wants, and takes the next request")
    func discard() {
        let pair = ServerPair { if $0.target == "/p" { $0.answer("ok") } else { $0.answerAtEnd = "ok" } }
        #expect(pair.ask(Self.post("Content-Length: 6", body: "abc")) == Self.ok)
        #expect(pair.ask("def" + Self.get) == Self.ok)
        #expect(pair.server.requests.map(\.target) == ["/p", "/a"])
        #expect(pair.server.requests[0].bodySoFar.isEmpty)
    }

    @Test("closes behind chunks that nobody wants")
    func unwantedChunks() {
        let pair = ServerPair { $0.answer("ok") }
        #expect(pair.ask(Self.post("Transfer-Encoding: chunked", body: "3\r\nabc\r\n")) == Self.lastOK)
        #expect(pair.client.hasEnded)
        #expect(!pair.connection.isClosed, "it lingers until the client has closed too")
        pair.client.close()
        pair.settle()
        #expect(pair.connection.isClosed)
    }

    @Test("reads no body while the request takes none")
    func backPressure() {
        let pair = ServerPair {
            $0.answerAtEnd = "ok"
            $0.takes = false
        }
        pair.send(Self.post("Content-Length: 3", body: "abc"))
        #expect(pair.server.requests[0].bodySoFar.isEmpty)
        pair.server.requests[0].takes = true
        pair.connection.resumeReading()
        pair.settle()
        #expect(pair.server.requests[0].bodySoFar == "abc")
        #expect(pair.client.received() == Self.ok)
    }

    @Test("makes chunks of an answer whose length nobody knows, but not for HTTP/1.0")
    func unknownLength() {
        let pair = ServerPair { $0.answer("ok", framing: .unknownLength) }
        #expect(pair.ask(Self.get) == "HTTP/1.1 200 Word\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        let old = ServerPair { $0.answer("ok", framing: .unknownLength) }
        #expect(old.ask("GET /a HTTP/1.0\r\nHost: a\r\n\r\n") == "HTTP/1.1 200 Word\r\nConnection: close\r\n\r\nok")
        #expect(old.client.hasEnded)
    }

    @Test("passes bytes in both directions after an upgrade")
    func tunnel() {
        let pair = ServerPair {
            $0.connection?.startHead(status: 101, reason: "".utf8.span)
            $0.connection?.endHead(.tunnel)
            $0.connection?.flushHead()
        }
        #expect(pair.ask(Self.get + "early") == "HTTP/1.1 101 \r\n\r\n")
        pair.send("later")
        #expect(pair.server.requests[0].bodySoFar == "earlylater")
        pair.connection.sendBody("down".utf8.span)
        pair.settle()
        #expect(pair.client.received() == "down")
        pair.client.endSending()
        pair.settle()
        #expect(pair.events().last == "ended")
        #expect(!pair.connection.isClosed)
    }
}

@Suite("The end of a server's connection")
struct ServerConnectionEndTests {
    private typealias Fixture = ServerConnectionTests

    @Test("is immediate when the client leaves between requests")
    func idle() {
        let pair = ServerPair()
        pair.client.close()
        pair.settle()
        #expect(pair.connection.isClosed)
        #expect(pair.server.closedConnections == 1)
    }

    @Test("tells a request that its client has gone", arguments: ["", "3\r\nab"])
    func abort(_ body: String) {
        let pair = ServerPair { _ in }
        pair.send(Fixture.post("Transfer-Encoding: chunked", body: body))
        pair.client.endSending()
        pair.settle()
        #expect(pair.events() == ["head /p", "aborted", "released"])
        #expect(pair.connection.isClosed)
    }

    @Test("waits for the answer to a client that has closed its half")
    func halfClose() {
        let pair = ServerPair { _ in }
        pair.send(Fixture.get)
        pair.client.endSending()
        pair.settle()
        #expect(pair.events() == ["head /a", "ended"])
        pair.server.requests[0].answer("ok")
        pair.settle()
        #expect(pair.client.received() == Fixture.lastOK)
        #expect(pair.connection.isClosed)
    }

    @Test("comes after the last answer of a client that asked for it")
    func lastRequest() {
        let pair = ServerPair()
        #expect(pair.ask("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") == Fixture.lastOK)
        #expect(pair.connection.isClosed)
    }

    @Test("comes with the answers of a gateway that drains")
    func draining() {
        let pair = ServerPair()
        pair.connection.isDraining = true
        #expect(pair.ask(Fixture.get) == Fixture.lastOK)
        #expect(pair.connection.isClosed)
    }

    @Test("lets a refused client read its answer, whatever else it sends")
    func linger() {
        let pair = ServerPair()
        let answer = pair.ask("NONSENSE\r\n\r\n")
        #expect(answer.contains("refused: malformed"))
        #expect(pair.client.hasEnded)
        pair.send(Fixture.get)
        #expect(pair.server.requests.isEmpty)
        #expect(!pair.connection.isClosed)
        #expect(pair.timeLeft == ServerTimeouts.linger)
        pair.letTimePass()
        #expect(pair.connection.isClosed)
    }

    @Test("keeps no request of a client that reads no answers")
    func readsNothing() {
        let large = String(repeating: "x", count: 1 << 20)
        let pair = ServerPair { $0.answerAtEnd = large }
        pair.send(Fixture.get + Fixture.get)
        #expect(pair.server.requests.count == 1)
        #expect(pair.connection.unsentBytes > 0)
        #expect(!pair.connection.isIdle)
        #expect(pair.timeLeft == ServerPair.timeouts.writeIdle)
        var received = ""
        while received.utf8.count < 2 * large.utf8.count {
            received += pair.client.received()
            pair.settle()
        }
        #expect(pair.server.requests.count == 2)
        #expect(received.contains(large))
    }

    @Test("cuts a client that takes nothing for too long")
    func stalled() {
        let pair = ServerPair { $0.answer(String(repeating: "x", count: 1 << 20)) }
        pair.send(Fixture.get)
        pair.letTimePass()
        #expect(pair.connection.isClosed)
    }

    @Test("comes after all of the answer, also to a client that had closed its half before a body was read")
    func lingerUnsent() {
        let large = String(repeating: "x", count: 1 << 20)
        let pair = ServerPair { $0.answer(large) }
        pair.send(Fixture.post("Content-Length: 1000000", body: "abc"))
        pair.client.endSending()
        pair.settle()
        var received = ""
        while !pair.client.hasEnded {
            received += pair.client.received()
            pair.settle()
        }
        #expect(received.hasSuffix(large))
        #expect(pair.connection.isClosed)
    }

    @Test("is a cut when the answer cannot be completed")
    func cut() {
        let pair = ServerPair {
            $0.connection?.startHead(status: 200, reason: "".utf8.span)
            $0.connection?.endHead(.length)
            $0.connection?.flushHead()
        }
        pair.send(Fixture.get)
        pair.connection.cutAnswer()
        pair.settle()
        #expect(pair.client.received() == "HTTP/1.1 200 \r\n\r\n")
        #expect(pair.client.hasEnded)
        #expect(pair.events().last == "released")
    }
}
