import Bytes
import Testing

@testable import HTTP

@Suite("A head that speaks of another request")
struct RequestHeadOriginalTests {
    /// The head of a question with these lines, and whether it can speak of what `X-Method`, `X-Target` and `X-Host` name.
    private func speak(_ lines: String..., of target: String = "/a?b=c") throws -> (RequestHead, [UInt8], Bool) {
        let named = ["Host: gateway", "X-Method: DELETE", "X-Target: \(target)", "X-Host: app.test:81"] + lines
        let bytes = Array("GET http://gateway/q?r HTTP/1.1\r\n\(named.map { "\($0)\r\n" }.joined())\r\n".utf8)
        var head = RequestHead()
        let outcome = head.parse(bytes.span, limits: HeadLimits())
        try #require(outcome == .complete)
        let (method, target, host) = (head.fields[1].value, head.fields[2].value, head.fields[3].value)
        let isWhole = head.speak(ofMethod: method, target: target, host: host, in: bytes.span)
        return (head, bytes, isWhole)
    }

    @Test("has that one's method, target and host, and its own fields and framing")
    func parts() throws {
        let (head, bytes, isWhole) = try self.speak("Content-Length: 3")
        let text = { (range: ByteRange) in bytes.span.bytes(range).string }
        #expect(isWhole)
        #expect(head.method == .delete)
        #expect(text(head.methodRange) == "DELETE")
        #expect([head.target, head.path, head.query, head.host].map(text) == ["/a?b=c", "/a", "?b=c", "app.test:81"])
        #expect(head.form == .origin)
        #expect(head.scheme.isEmpty && head.authority.isEmpty)
        #expect(head.framing == .length(3))
        #expect(head.fields.count == 5)
    }

    @Test("refuses a query that no request line could have")
    func query() throws {
        let (_, _, isWhole) = try self.speak(of: "/a?b#c")
        #expect(!isWhole)
    }

    @Test("leaves the path to the normaliser", arguments: ["/a#b", "/a\\b", "/%zz"])
    func path(_ target: String) throws {
        let (head, bytes, isWhole) = try self.speak(of: target)
        #expect(isWhole)
        #expect(bytes.span.bytes(head.path).string == target)
    }

    @Test("asks for an upgrade if it has the key of a handshake, whatever a proxy has left of the rest")
    func upgrade() throws {
        #expect(try self.speak("Sec-WebSocket-Key: abc").0.asksUpgrade)
        #expect(try self.speak("Upgrade: websocket").0.asksUpgrade)
        #expect(try !self.speak("Sec-WebSocket-Protocol: chat").0.asksUpgrade)
    }
}
