import Bytes
import HTTP
import Reactor
import Telemetry
import Testing
import Upstreams

@Suite("Requests of the gateway's own")
struct ControlRequestTests {
    private typealias Outcome = Result<ControlAnswer, ControlFailure>

    /// Sends a request to a server with this script, and runs the loop until the call has ended.
    private static func send(
        _ script: ScriptedServer.Script,
        timeout: Duration = .seconds(5),
        _ make: (ControlURL) throws -> ControlRequest
    ) throws -> (outcome: Outcome, requests: [String]) {
        let loop = EventLoop()
        let server = try ScriptedServer(script, loop: loop)
        defer { server.close() }
        let client = ControlClient(loop: loop)
        let url = try #require(ControlURL("http://127.0.0.1:\(server.port)/token?a=b"))
        var outcome: Outcome?
        client.send(try make(url), tls: nil, timeout: timeout) {
            outcome = $0
            loop.stop()
        }
        loop.run()
        loop.runOnce()
        return (try #require(outcome), server.requests)
    }

    private static func form(_ text: String, to url: ControlURL, answers: Set<UInt16> = [200]) -> ControlRequest {
        var request = ControlRequest(.post, url, body: Redacted(Array(text.utf8)), type: "text/x-form")
        request.answers = answers
        return request
    }

    private static let refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}"

    @Test("has its fields, and a body with type and length")
    func written() throws {
        let (_, requests) = try Self.send(.hangUp) { url in
            try #require(Self.form("code=1&x=2", to: url).adding("Authorization", Redacted("Basic MTox")))
        }
        let request = try #require(requests.first)
        #expect(request.hasPrefix("POST /token?a=b HTTP/1.1\r\nHost: 127.0.0.1:"))
        #expect(request.contains("\r\nAuthorization: Basic MTox\r\n"))
        #expect(request.hasSuffix("\r\nContent-Type: text/x-form\r\nContent-Length: 10\r\n\r\ncode=1&x=2"))
    }

    @Test("takes the statuses that were named for answers", arguments: [200, 400, 401] as [UInt16])
    func answers(_ status: UInt16) throws {
        let text = "HTTP/1.1 \(status) Some\r\nContent-Length: 2\r\n\r\n{}"
        let (outcome, _) = try Self.send(.answer(text)) { Self.form("", to: $0, answers: [200, 400, 401]) }
        #expect(try outcome.get().status == status)
    }

    @Test(
        "takes no other status, and follows no redirect",
        arguments: [201, 303, 307, 308, 403, 500] as [UInt16]
    )
    func failures(_ status: UInt16) throws {
        let text = "HTTP/1.1 \(status) Some\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
        let (outcome, requests) = try Self.send(.answer(text)) { Self.form("", to: $0, answers: [200, 400]) }
        #expect(throws: ControlFailure.status(status)) { try outcome.get() }
        #expect(requests.count == 1)
    }

    @Test("is sent once: a code that was taken and not answered for is not presented again")
    func once() throws {
        let (outcome, requests) = try Self.send(.hangUp) { Self.form("code=1", to: $0) }
        #expect(throws: ControlFailure.self) { try outcome.get() }
        #expect(requests.count == 1)
    }

    @Test(
        "does not take a value with a line break, or anything else that is no visible ASCII",
        arguments: ["a\r\nX: y", "a\n", "\u{0}", "\u{7F}", "é", "\t"]
    )
    func values(_ value: String) throws {
        let url = try #require(ControlURL("http://127.0.0.1/"))
        let request = ControlRequest(url).adding("Authorization", Redacted("Bearer \(value)"))
        #expect(request.map { _ in true } == nil)
    }

    @Test(
        "tells nothing of query, fields and body when it fails or is printed",
        arguments: [.hangUp, .silence, .answer(refusal), .answer("no HTTP")] as [ScriptedServer.Script]
    )
    func secrets(_ script: ScriptedServer.Script) throws {
        var printed = ""
        let (outcome, _) = try Self.send(script, timeout: .milliseconds(50)) { url in
            let form = Self.form("body-word", to: url)
            let request = try #require(form.adding("Authorization", Redacted("field-word")))
            printed = "\(request) \(String(reflecting: request))"
            return request
        }
        guard case .failure(let failure) = outcome else { throw ControlFailure.tooLarge }
        for word in ["body-word", "field-word", "\(Array("body-word".utf8))"] {
            #expect(!"\(failure)".contains(word))
            #expect(!printed.contains(word))
        }
    }
}
