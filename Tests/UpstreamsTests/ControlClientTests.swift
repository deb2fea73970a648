import Bytes
import Reactor
import Testing
import Upstreams

@Suite("The gateway's own calls")
struct ControlClientTests {
    private typealias Outcome = Result<ControlAnswer, ControlFailure>

    private static let limit = ControlCall.maximumBodyBytes

    /// Calls a server with this script, and runs the loop until the call has ended.
    private static func call(
        _ script: ScriptedServer.Script,
        path: String = "/keys",
        timeout: Duration = .seconds(5)
    ) throws -> (outcome: Outcome, requests: [String]) {
        let loop = EventLoop()
        let server = try ScriptedServer(script, loop: loop)
        defer { server.close() }
        let outcome = try self.call("http://127.0.0.1:\(server.port)\(path)", on: loop, timeout: timeout)
        return (outcome, server.requests)
    }

    private static func call(_ text: String, on loop: EventLoop, timeout: Duration = .seconds(5)) throws -> Outcome {
        try self.send(ControlRequest(try #require(ControlURL(text))), on: loop, timeout: timeout)
    }

    private static func send(_ request: ControlRequest, on loop: EventLoop, timeout: Duration = .seconds(5)) throws
        -> Outcome
    {
        let client = ControlClient(loop: loop)
        var outcome: Outcome?
        client.send(request, tls: nil, timeout: timeout) {
            outcome = $0
            loop.stop()
        }
        #expect(outcome == nil, "it is told from the loop")
        loop.run()
        loop.runOnce()
        return try #require(outcome)
    }

    private static func answer(_ status: String, _ lines: [String] = [], body: String = "{}") -> ScriptedServer.Script {
        let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + lines
        return .answer(head.map { $0 + "\r\n" }.joined() + "\r\n" + body)
    }

    private static func failure(_ outcome: Outcome) -> ControlFailure? {
        if case .failure(let failure) = outcome { failure } else { nil }
    }

    @Test("asks for JSON without a coding, and takes the body")
    func get() throws {
        let (outcome, requests) = try Self.call(Self.answer("200 OK", body: "{\"keys\":[]}"), path: "/keys?a=b")
        #expect(try String(decoding: outcome.get().body, as: UTF8.self) == "{\"keys\":[]}")
        let request = try #require(requests.first)
        #expect(request.hasPrefix("GET /keys?a=b HTTP/1.1\r\nHost: 127.0.0.1:"))
        #expect(request.contains("\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"))
        #expect(requests.count == 1)
    }

    @Test(
        "takes chunks, and bodies that end with the connection",
        arguments: [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"k\r\n4\r\n\":1}\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\n{\"k\":1}",
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"k\":1}",
        ]
    )
    func framings(_ answer: String) throws {
        let (outcome, _) = try Self.call(.answer(answer))
        #expect(try String(decoding: outcome.get().body, as: UTF8.self) == "{\"k\":1}")
    }

    @Test("reads max-age")
    func maximumAge() throws {
        let (outcome, _) = try Self.call(Self.answer("200 OK", ["Cache-Control: public, max-age=300"]))
        #expect(try outcome.get().maximumAge == 300)
    }

    @Test("reads what the server's clock says")
    func date() throws {
        let (outcome, _) = try Self.call(Self.answer("200 OK", ["Date: Sun, 06 Nov 1994 08:49:37 GMT"]))
        #expect(try outcome.get().date == 784_111_777)
    }

    @Test(
        "only 200 is an answer, and no redirect is followed",
        arguments: [
            ("204 No Content", 204), ("301 Moved Permanently", 301), ("302 Found", 302),
            ("308 Permanent Redirect", 308),
            ("404 Not Found", 404), ("500 Internal Server Error", 500), ("201 Created", 201),
        ] as [(String, UInt16)]
    )
    func status(_ line: String, _ status: UInt16) throws {
        let body = status == 204 ? "" : "{}"
        let lines = ["Location: http://169.254.169.254/"]
        let script: ScriptedServer.Script =
            status == 204 ? .answer("HTTP/1.1 204 No Content\r\n\r\n") : Self.answer(line, lines, body: body)
        let (outcome, requests) = try Self.call(script)
        #expect(Self.failure(outcome) == .status(status))
        #expect(requests.count == 1)
    }

    @Test("256 KiB are taken, one byte more is not", arguments: [true, false])
    func size(_ isDeclared: Bool) throws {
        for (count, isTaken) in [(Self.limit, true), (Self.limit + 1, false)] {
            let body = String(repeating: " ", count: count)
            let script = isDeclared ? Self.answer("200 OK", body: body) : .answer("HTTP/1.0 200 OK\r\n\r\n" + body)
            let (outcome, _) = try Self.call(script)
            #expect(Self.failure(outcome) == (isTaken ? nil : .tooLarge))
        }
    }

    @Test("a content coding is refused, since a small answer may unfold into a large one", arguments: ["gzip", "br"])
    func coding(_ coding: String) throws {
        let (outcome, _) = try Self.call(Self.answer("200 OK", ["Content-Encoding: \(coding)"]))
        #expect(Self.failure(outcome)?.reason == "http")
    }

    @Test(
        "what is no HTTP is a failure",
        arguments: ["nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
    )
    func nonsense(_ answer: String) throws {
        #expect(Self.failure(try Self.call(.answer(answer)).outcome)?.reason == "http")
    }

    @Test(
        "a connection that ends early is a failure",
        arguments: ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"]
    )
    func endedEarly(_ answer: String) throws {
        let (outcome, _) = try Self.call(answer.isEmpty ? .hangUp : .answer(answer))
        #expect(Self.failure(outcome)?.reason == "tcp")
    }

    @Test("a server that says nothing costs no more than the timeout")
    func silence() throws {
        let (outcome, _) = try Self.call(.silence, timeout: .milliseconds(50))
        #expect(Self.failure(outcome) == .timeout("the answer was complete"))
    }

    @Test("a refused connection says so")
    func refused() throws {
        let loop = EventLoop()
        let server = try ScriptedServer(.silence, loop: loop)
        let port = server.port
        server.close()
        let failure = Self.failure(try Self.call("http://127.0.0.1:\(port)/", on: loop))
        #expect(failure == .connection("connect: Connection refused"))
    }

    @Test(
        "link-local addresses are never called",
        arguments: [
            "http://169.254.169.254/latest/", "http://[fe80::1]/", "http://[::ffff:169.254.169.254]/",
            "https://169.254.0.1/",
        ]
    )
    func linkLocal(_ url: String) throws {
        #expect(Self.failure(try Self.call(url, on: EventLoop())) == .linkLocal)
    }

    @Test("an https URL is not called without authorities")
    func noAuthorities() throws {
        #expect(Self.failure(try Self.call("https://127.0.0.1/", on: EventLoop()))?.reason == "tls")
    }

    @Test("a cancelled call is silent")
    func cancelled() throws {
        let loop = EventLoop()
        let server = try ScriptedServer(.silence, loop: loop)
        defer { server.close() }
        let client = ControlClient(loop: loop)
        let url = try #require(ControlURL("http://127.0.0.1:\(server.port)/"))
        let call = client.get(url, tls: nil, timeout: .seconds(5)) { _ in Issue.record("it was cancelled") }
        loop.runOnce()
        call.cancel()
        let timer = LoopTimer(on: loop, after: .milliseconds(20)) { loop.stop() }
        loop.run()
        withExtendedLifetime(timer) {}
    }
}
