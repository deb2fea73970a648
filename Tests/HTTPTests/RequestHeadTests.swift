import Bytes
import HTTP
import Testing

@Suite("Request heads")
struct RequestHeadTests {
    /// Reads a head that must be complete.
    private func read(_ text: String) -> (RequestHead, [UInt8]) {
        let input = bytes(text)
        let (result, head) = readAtEveryCut(input)
        #expect(result == .complete)
        return (head, input)
    }

    @Test("finds each part of a request")
    func parts() {
        let (head, input) = self.read("\r\nPATCH /a/b?c=d HTTP/1.1\r\nHost:  x.y:80\t\r\nA:b\r\n\r\nbody")
        #expect(head.method == .patch)
        #expect(text(input[head.target.indices]) == "/a/b?c=d")
        #expect(text(input[head.path.indices]) == "/a/b")
        #expect(text(input[head.query.indices]) == "?c=d")
        #expect(text(input[head.host.indices]) == "x.y:80")
        #expect(text(input[head.headByteCount...]) == "body")
        #expect(head.form == .origin && head.version == .http11 && head.framing == .none && head.keepAlive)
        #expect(head.fields.map { text(input[$0.name.indices]) } == ["Host", "A"])
        #expect(head.fields.map { text(input[$0.value.indices]) } == ["x.y:80", "b"])
        #expect(head.fields.map { text(input[$0.line.indices]) } == ["Host:  x.y:80\t\r\n", "A:b\r\n"])
        #expect(head.fields.map(\.id) == [.host, .other])
    }

    @Test(
        "splits the absolute form",
        arguments: [
            ("http://a/b?c", "http", "a", "/b", "?c"), ("HTTPS://a", "HTTPS", "a", "", ""),
            ("http://a?b", "http", "a", "", "?b"),
            ("http://a#b", "http", "a", "#b", ""),
        ]
    )
    func absolute(_ target: String, _ scheme: String, _ authority: String, _ path: String, _ query: String) {
        let (head, input) = self.read("GET \(target) HTTP/1.1\r\nHost: A\r\n\r\n")
        let parts = [head.scheme, head.authority, head.path, head.query].map { text(input[$0.indices]) }
        #expect(head.form == .absolute)
        #expect(parts == [scheme, authority, path, query])
    }

    @Test("takes an HTTP/1.0 request's host from an absolute target when it has none")
    func hostFromTarget() {
        let (head, input) = self.read("GET http://a:1/ HTTP/1.0\r\n\r\n")
        #expect(text(input[head.host.indices]) == "a:1")
    }

    @Test("knows the asterisk form", arguments: ["*", "http://a"])
    func asterisk(_ target: String) {
        #expect(self.read("OPTIONS \(target) HTTP/1.1\r\nHost: a\r\n\r\n").0.form == .asterisk)
    }

    @Test("forgets the request before")
    func recycled() {
        var head = RequestHead()
        let first = bytes(
            "OPTIONS http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close, x, upgrade\r\nUpgrade: y\r\n"
                + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
        )
        let second = bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.parse(first.span, limits: HeadLimits()) == .complete)
        #expect(head.parse(second.span, limits: HeadLimits()) == .complete)
        var fresh = RequestHead()
        _ = fresh.parse(second.span, limits: HeadLimits())
        #expect(head.summary(second) == fresh.summary(second))
    }

    @Test(
        "keeps the connection as RFC 9112 9.3 says",
        arguments: [
            ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
            ("HTTP/1.1", "Connection: x, CLOSE\r\n", false),
            ("HTTP/1.1", "Connection: keep-alive\r\n", true),
            ("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", false),
            ("HTTP/1.1", "Connection: closed\r\n", true), ("HTTP/1.1", "Connection: , ,close\r\n", false),
            ("HTTP/1.0", "", false),
            ("HTTP/1.0", "Connection: Keep-Alive\r\n", true), ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
            ("HTTP/1.1", "Proxy-Connection: close\r\n", true), ("HTTP/1.0", "Proxy-Connection: keep-alive\r\n", false),
        ]
    )
    func keepAlive(_ version: String, _ fields: String, _ expected: Bool) {
        #expect(self.read("GET / \(version)\r\nHost: a\r\n\(fields)\r\n").0.keepAlive == expected)
    }

    @Test(
        "sees which Connection names fields to drop",
        arguments: [
            ("close", false), ("keep-alive, upgrade", false), ("X-Auth-Subject", true), ("close, te", true),
            ("", false), (",", false),
        ]
    )
    func connectionNames(_ value: String, _ expected: Bool) {
        #expect(
            self.read("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(value)\r\n\r\n").0.connectionNamesFields == expected
        )
    }

    @Test("finds the fields that Connection names, in any case and on any line")
    func namedFields() {
        let (head, input) = self.read(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-One ,,\r\nConnection: x-two\r\n\r\n"
        )
        for (name, expected) in [("x-one", true), ("X-Two", true), ("x-three", false), ("x-on", false), ("", false)] {
            let isNamed = head.fields.connectionNames(bytes(name).span, in: input.span)
            #expect(isNamed == expected, "\(name)")
        }
    }

    @Test("bounds the options of Connection", arguments: [(64, true), (65, false)])
    func connectionOptions(_ count: Int, _ passes: Bool) {
        let list = (0..<count).map { "x\($0)" }.joined(separator: ",")
        let result = readAtEveryCut(bytes("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(list)\r\n\r\n")).0
        #expect(result == (passes ? .complete : .failed(.tooManyConnectionOptions)))
    }

    @Test(
        "asks for an upgrade only with both fields, and not in HTTP/1.0",
        arguments: [
            ("1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", true), ("1.1", "Upgrade: websocket\r\n", false),
            ("1.1", "Connection: upgrade\r\n", false), ("1.0", "Connection: Upgrade\r\nUpgrade: websocket\r\n", false),
            ("1.1", "Connection: keep-alive, Upgrade\r\nUpgrade: h2c\r\n", true),
        ]
    )
    func upgrade(_ version: String, _ fields: String, _ expected: Bool) {
        #expect(self.read("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n").0.asksUpgrade == expected)
    }

    @Test(
        "frames the content",
        arguments: [
            ("", BodyFraming.none), ("Content-Length: 0\r\n", .length(0)), ("Content-Length: 12\r\n", .length(12)),
            ("Transfer-Encoding: Chunked\r\n", .chunked),
            ("Content-Length: 9223372036854775807\r\n", .length(UInt64(Int64.max))),
        ]
    )
    func framing(_ fields: String, _ expected: BodyFraming) {
        #expect(self.read("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").0.framing == expected)
    }

    @Test(
        "waits for 100 Continue only when there is content to come",
        arguments: [
            ("1.1", "Content-Length: 1\r\n", true), ("1.1", "Transfer-Encoding: chunked\r\n", true),
            ("1.1", "Content-Length: 0\r\n", false),
            ("1.1", "", false), ("1.0", "Content-Length: 1\r\n", false),
        ]
    )
    func expectation(_ version: String, _ fields: String, _ expected: Bool) {
        let head = self.read("POST / HTTP/\(version)\r\nHost: a\r\nExpect: 100-continue\r\n\(fields)\r\n").0
        #expect(head.expectsContinue == expected)
    }

    @Test("counts a repeated field and finds each of its lines")
    func repeated() {
        let (head, _) = self.read("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\nX: y\r\nauthorization: c\r\n\r\n")
        #expect(head.fields.count(of: .authorization) == 2)
        #expect(head.fields.count(of: .host) == 1)
        #expect(head.fields.count(of: .cookie) == 0)
        #expect(head.fields.firstIndex(of: .authorization) == 1)
        #expect(head.fields.index(of: .authorization, after: 1) == 3)
        #expect(head.fields.index(of: .authorization, after: 3) == nil && head.fields.index(of: .host, after: 0) == nil)
        #expect(head.fields.firstIndex(of: .cookie) == nil)
        #expect(head.fields.contains(.host) && !head.fields.contains(.cookie))
    }

    @Test(
        "knows each method by its exact name",
        arguments: [
            Method.get, .head, .post, .put, .delete, .patch, .options, .trace,
        ]
    )
    func method(_ method: Method) {
        #expect(self.read("\(method.name) / HTTP/1.1\r\nHost: a\r\n\r\n").0.method == method)
        let lowered = "\(method.name)".lowercased()
        #expect(self.read("\(lowered) / HTTP/1.1\r\nHost: a\r\n\r\n").0.method == .other)
    }

    @Test(
        "tells what a head that failed asked for, as soon as its request line was read",
        arguments: [
            ("GET /b HTTP/1.1\r\nA B: c\r\n\r\n", "/b"), ("GET /b HTTP/1.1\n", ""), ("GE@T /b HTTP/1.1\r\n", ""),
        ]
    )
    func failedPath(_ text: String, _ expected: String) {
        var head = RequestHead()
        let good = bytes("GET /former HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.parse(good.span, limits: HeadLimits()) == .complete)
        let outcome = head.parse(text.utf8Span.span, limits: HeadLimits())
        #expect(outcome != .complete && outcome != .incomplete)
        #expect(text.utf8Span.span.bytes(head.path).string == expected)
    }

    @Test("knows each field name in any case, and nothing like it", arguments: FieldID.allCases.filter { $0 != .other })
    func fieldID(_ id: FieldID) {
        let name = "\(id.name)"
        #expect(FieldID(bytes(name).span) == id)
        #expect(FieldID(bytes(name.uppercased()).span) == id)
        for index in 0..<name.utf8.count {
            var changed = bytes(name)
            changed[index] = changed[index] == UInt8(ascii: "-") ? UInt8(ascii: "_") : UInt8(ascii: "-")
            #expect(FieldID(changed.span) == .other)
            changed[index] = bytes(name)[index] ^ 0x20
            if !bytes(name)[index].isLetter { #expect(FieldID(changed.span) == .other) }
        }
        #expect(FieldID(bytes(name + "x").span) == .other)
        #expect(FieldID(bytes(name).span.extracting(1..<name.utf8.count)) == .other)
    }
}
