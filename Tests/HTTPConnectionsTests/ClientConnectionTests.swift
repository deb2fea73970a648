import HTTP
import Testing

@testable import HTTPConnections

/// Bytes of a server, and what a call has to be told of them.
struct AnswerRow: Sendable, CustomTestStringConvertible {
    var method = Method.get
    let bytes: String
    let events: [String]
    var body = ""
    var relays = false
    var isReused = true

    var testDescription: String { self.bytes.debugDescription }
}

@Suite("A client's connection")
struct ClientConnectionTests {
    private static let length = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
    private static let chunks = "3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n"
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Self.chunks

    private static let answers: [AnswerRow] = [
        AnswerRow(bytes: length, events: ["head 200", "ended"], body: "abc"),
        AnswerRow(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", events: ["head 200", "ended"]),
        AnswerRow(bytes: chunked, events: ["head 200", "ended"], body: "abc"),
        AnswerRow(
            bytes: chunked,
            events: ["head 200", "ended"],
            body: "3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
            relays: true
        ),
        AnswerRow(
            method: .head,
            bytes: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
            events: ["head 200", "ended"]
        ),
        AnswerRow(
            method: .head,
            bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            events: ["head 200", "ended"]
        ),
        AnswerRow(bytes: "HTTP/1.1 204 No Content\r\n\r\n", events: ["head 204", "ended"]),
        AnswerRow(bytes: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", events: ["head 304", "ended"]),
        AnswerRow(
            bytes: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + length,
            events: ["interim 100", "interim 103", "head 200", "ended"],
            body: "abc"
        ),
        AnswerRow(
            bytes: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
            events: ["head 200", "ended"],
            body: "abc",
            isReused: false
        ),
        AnswerRow(
            bytes: "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            events: ["head 200", "ended"],
            body: "abc",
            isReused: false
        ),
    ]

    @Test("takes an answer whole, and one byte at a time", arguments: answers, [false, true])
    func takes(_ answer: AnswerRow, byByte: Bool) {
        let pair = ClientPair(RecordingCall(answer.method, relays: answer.relays))
        pair.ask()
        pair.answer(answer.bytes, byByte: byByte)
        #expect(pair.call.events == ["connected"] + answer.events)
        #expect(pair.call.body == answer.body)
        #expect(pair.connection.isClosed != answer.isReused)
        #expect(pair.owner.idle == (answer.isReused ? 1 : 0))
        #expect(pair.call.connection == nil)
    }

    @Test("takes an answer that ends with the connection", arguments: [false, true])
    func untilClose(byByte: Bool) {
        let pair = ClientPair()
        pair.ask()
        pair.answer("HTTP/1.1 200 OK\r\n\r\nabc", byByte: byByte)
        #expect(pair.call.events == ["connected", "head 200"])
        pair.server.hangUp()
        pair.settle()
        #expect(pair.call.events.last == "ended")
        #expect(pair.call.body == "abc")
        #expect(pair.owner.idle == 0)
        #expect(pair.connection.isClosed)
    }

    @Test("passes all on after 101, until the end", arguments: [false, true])
    func tunnel(byByte: Bool) {
        let pair = ClientPair()
        pair.ask()
        pair.answer("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nearly", byByte: byByte)
        pair.answer("HTTP/1.1 200 is no head here\r\n\r\n", byByte: byByte)
        #expect(pair.call.body == "earlyHTTP/1.1 200 is no head here\r\n\r\n")
        pair.server.hangUp()
        pair.settle()
        #expect(pair.call.events == ["connected", "head 101", "ended"])
        #expect(pair.owner.idle == 0)
    }

    @Test(
        "never takes a part for the whole",
        arguments: [
            "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        ]
    )
    func truncation(_ bytes: String) {
        let pair = ClientPair()
        pair.ask()
        pair.answer(bytes)
        pair.server.hangUp()
        pair.settle()
        #expect(pair.call.events.last == "failed truncated")
        #expect(!pair.call.events.contains("ended"))
        #expect(pair.connection.isClosed)
    }

    @Test("tells an end before the answer from one in it: that request may be sent again")
    func endedBeforeAnswer() {
        let pair = ClientPair()
        pair.ask()
        pair.settle()
        pair.server.hangUp()
        pair.settle()
        #expect(pair.call.events == ["connected", "failed endedBeforeAnswer"])
    }

    @Test("fails on what is no answer", arguments: ["SSH-2.0-x\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n"])
    func malformed(_ bytes: String) throws {
        let pair = ClientPair()
        pair.ask()
        pair.answer(bytes)
        #expect(try #require(pair.call.events.last).hasPrefix("failed malformed"))
        #expect(pair.connection.isClosed)
    }

    @Test("bears no stream of interim answers")
    func interims() {
        let pair = ClientPair()
        pair.ask()
        for _ in 0...ClientConnectionState.maximumInterims { pair.answer("HTTP/1.1 103 Early\r\n\r\n") }
        #expect(pair.call.events.count == ClientConnectionState.maximumInterims + 2)
        #expect(pair.connection.isClosed)
    }

    @Test("reads no answer that its call does not take", arguments: [0, 20, 40])
    func backPressure(_ before: Int) {
        let pair = ClientPair()
        pair.ask()
        let bytes = Array(Self.length.utf8)
        pair.answer(String(decoding: bytes[..<before], as: UTF8.self))
        pair.call.takes = false
        pair.answer(String(decoding: bytes[before...], as: UTF8.self))
        #expect(!pair.call.events.contains("ended"))
        pair.call.takes = true
        pair.connection.resumeReading()
        pair.settle()
        #expect(pair.call.events.last == "ended")
        #expect(pair.call.body == "abc")
    }
}

@Suite("The reuse of a client's connection")
struct ClientReuseTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"

    @Test("brings each call its own answer")
    func reuse() {
        let pair = ClientPair()
        pair.ask()
        pair.answer(Self.answer)
        let next = RecordingCall()
        pair.connection.take(next)
        #expect(pair.connection.isReused)
        pair.ask()
        pair.answer("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(pair.call.events == ["connected", "head 200", "ended"])
        #expect(next.events == ["head 204", "ended"])
        #expect(pair.owner.idle == 2)
    }

    @Test("ends with bytes behind the answer", arguments: ["x", "HTTP/1.1 200 OK\r\n\r\n"])
    func bytesBehind(_ bytes: String) {
        let pair = ClientPair()
        pair.ask()
        pair.answer(Self.answer + bytes)
        #expect(pair.call.events.last == "ended")
        #expect(pair.owner.idle == 0)
        #expect(pair.connection.isClosed)
    }

    @Test("ends with bytes that nobody asked for")
    func bytesWhileIdle() {
        let pair = ClientPair()
        pair.ask()
        pair.answer(Self.answer)
        pair.answer("HTTP/1.1 408 Request Timeout\r\n\r\n")
        #expect(pair.connection.isClosed)
        #expect(pair.owner.closed == 1)
    }

    @Test("ends with the server")
    func endWhileIdle() {
        let pair = ClientPair()
        pair.ask()
        pair.answer(Self.answer)
        pair.server.hangUp()
        pair.settle()
        #expect(pair.connection.isClosed)
    }

    @Test("is given to no next call when the server left with its answer")
    func leavesWithAnswer() {
        let pair = ClientPair()
        let next = RecordingCall()
        pair.owner.next = next
        pair.ask()
        pair.server.send(Self.answer)
        pair.server.hangUp()
        pair.settle()
        #expect(pair.call.events.last == "ended")
        #expect(pair.owner.idle == 0)
        #expect(next.events.isEmpty)
    }

    @Test("does not follow an answer that came before the request was complete")
    func earlyAnswer() {
        let pair = ClientPair()
        pair.connection.send("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n".utf8.span)
        pair.settle()
        pair.answer(Self.answer)
        #expect(pair.call.events.last == "ended")
        #expect(pair.connection.isClosed)
    }

    @Test("does not follow a call that was abandoned")
    func abandoned() {
        let pair = ClientPair()
        pair.ask()
        pair.connection.abandon()
        pair.settle()
        #expect(pair.call.events == ["connected"], "whoever abandons knows")
        #expect(pair.owner.closed == 1)
        _ = pair.server.received()
        #expect(pair.server.hasEnded)
    }

    @Test("tells its call when the server takes no small pieces")
    func heldBack() {
        let pair = ClientPair()
        let piece = [UInt8](repeating: 0x78, count: 1000)
        for _ in 0..<1000 where pair.connection.unsentBytes == 0 {
            pair.connection.send(piece.span)
            pair.settle()
        }
        #expect(pair.connection.unsentBytes > 0)
        #expect(pair.call.events == ["connected", "held back"])
    }

    @Test("withdraws a request that has not left when the server ends the connection, or answers nothing")
    func endedBeforeRequest() {
        let endings: [(Peer) -> Void] = [
            { $0.endSending() }, { $0.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n") },
        ]
        for end in endings {
            let pair = ClientPair()
            end(pair.server)
            pair.connection.send("POST / HTTP/1.1\r\n\r\n".utf8.span)
            pair.settle()
            #expect(pair.call.events == ["connected", "failed endedBeforeRequest"])
            #expect(pair.connection.isClosed)
            #expect(pair.server.received() == "")
        }
    }
}
