import Bytes
import HTTP
import Testing

@Suite("Response heads")
struct ResponseHeadTests {
    /// Reads the head cut at every position and requires one verdict.
    private func read(
        _ text: String,
        answering method: Method = .get,
        _ limits: HeadLimits = HeadLimits()
    ) -> (HeadParseResult, ResponseHead) {
        let input = bytes(text)
        var head = ResponseHead()
        var verdict = HeadParseResult.incomplete
        for count in 0...input.count {
            let result = head.parse(input.span.extracting(0..<count), answering: method, limits: limits)
            if verdict == .incomplete { verdict = result }
            #expect(result == verdict, "the verdict changed at byte \(count)")
        }
        return (verdict, head)
    }

    @Test("finds each part of an answer")
    func parts() {
        let input = "HTTP/1.1 404 Not  Found\r\nContent-Length: 3\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\nabc"
        let (result, head) = self.read(input)
        #expect(result == .complete)
        #expect(head.status == 404 && head.version == .http11 && head.framing == .length(3) && head.keepAlive)
        #expect(text(bytes(input)[head.reason.indices]) == "Not  Found")
        #expect(text(bytes(input)[head.headByteCount...]) == "abc")
        #expect(head.fields.count(of: .setCookie) == 2)
    }

    @Test(
        "frames the content as RFC 9112 6.3 says",
        arguments: [
            (Method.get, 200, "", BodyFraming.untilClose), (.get, 200, "Content-Length: 0\r\n", .length(0)),
            (.get, 200, "Transfer-Encoding: chunked\r\n", .chunked), (.head, 200, "Content-Length: 5\r\n", .none),
            (.head, 200, "Transfer-Encoding: chunked\r\n", .none), (.get, 204, "", .none),
            (.get, 304, "Content-Length: 5\r\n", .none), (.get, 100, "", .none), (.get, 103, "", .none),
            (.get, 101, "", .none), (.post, 205, "", .untilClose), (.head, 404, "", .none),
        ]
    )
    func framing(_ method: Method, _ status: Int, _ fields: String, _ expected: BodyFraming) {
        let (result, head) = self.read("HTTP/1.1 \(status) X\r\n\(fields)\r\n", answering: method)
        #expect(result == .complete)
        #expect(head.framing == expected)
        #expect(head.keepAlive == (expected != .untilClose))
    }

    @Test(
        "keeps the connection only when the upstream will",
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.0", "", false),
            ("1.0", "Connection: keep-alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
        ]
    )
    func keepAlive(_ version: String, _ fields: String, _ expected: Bool) {
        #expect(self.read("HTTP/\(version) 200 OK\r\nContent-Length: 1\r\n\(fields)\r\n").1.keepAlive == expected)
    }

    @Test(
        "tells interim answers from the end of HTTP",
        arguments: [(100, true), (103, true), (101, false), (200, false)]
    )
    func interim(_ status: Int, _ expected: Bool) {
        #expect(self.read("HTTP/1.1 \(status) X\r\n\r\n").1.isInterim == expected)
    }

    @Test(
        "takes what real servers send",
        arguments: [
            "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200 \r\n\r\n", "HTTP/1.1 999 X\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
            "HTTP/1.1 200 \u{80}\t\r\n\r\n", "HTTP/1.1 200 OK\r\nX:\r\n\r\n",
        ]
    )
    func accepted(_ input: String) {
        #expect(self.read(input).0 == .complete)
    }

    @Test("refuses what is no answer", arguments: refusals)
    func refused(_ reason: HTTPParseError, _ inputs: [String]) {
        for input in inputs { #expect(self.read(input).0 == .failed(reason), "\(input.debugDescription)") }
    }

    @Test("refuses contradictory framing, whatever the method", arguments: [Method.get, .head])
    func contradicts(_ method: Method) {
        for (reason, fields) in contradictions {
            let result = self.read("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n", answering: method).0
            #expect(result == .failed(reason), "\(fields.debugDescription)")
        }
        let faulty = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(self.read(faulty, answering: method).0 == .failed(.badTransferEncoding))
    }

    @Test("obeys the limits")
    func limits() {
        let limits = HeadLimits(headerBytes: 20, headerCount: 2)
        #expect(self.read("HTTP/1.1 200 OK\r\nA: bbbbbbbbbbbbb\r\n\r\n", .get, limits).0 == .complete)
        let long = self.read("HTTP/1.1 200 OK\r\nA: bbbbbbbbbbbbbb\r\n\r\n", .get, limits).0
        #expect(long == .failed(.headerBytesTooLarge))
        let many = self.read("HTTP/1.1 200 OK\r\nA:\r\nB:\r\nC:\r\n\r\n", .get, limits).0
        #expect(many == .failed(.headerCountTooLarge))
        let reason = String(repeating: "a", count: ResponseHead.maximumReasonBytes)
        #expect(self.read("HTTP/1.1 200 \(reason)\r\n\r\n").0 == .complete)
        #expect(self.read("HTTP/1.1 200 \(reason)a\r\n\r\n").0 == .failed(.badStatus))
    }

    private func read(_ text: String, _ method: Method, _ limits: HeadLimits) -> (HeadParseResult, ResponseHead) {
        self.read(text, answering: method, limits)
    }
}

private let refusals: [(HTTPParseError, [String])] = [
    (
        .badVersion,
        ["200 OK\r\n", "\r\nHTTP/1.1 200 OK", "HTTP/1.1\r\n", "HTTP/1.1\t200", "ICY 200 OK", "HTTP/0.9 200", "<html>"]
    ),
    (.versionNotSupported, ["HTTP/2.0 200 OK\r\n", "HTTP/3.0 "]),
    (
        .badStatus,
        [
            "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 X", "HTTP/1.1  200", "HTTP/1.1 abc", "HTTP/1.1 200\tOK",
            "HTTP/1.1 -20",
        ]
    ),
    (.bareLF, ["HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"]),
    (.bareCR, ["HTTP/1.1 200 OK\rA: b", "HTTP/1.1 200\rX", "HTTP/1.1 200 OK\r\nA: b\rC"]),
    (.controlByte, ["HTTP/1.1 200 O\u{0}K", "HTTP/1.1 200 OK\r\nA: \u{0}", "HTTP/1.1 200 \u{7F}"]),
    (.obsFold, ["HTTP/1.1 200 OK\r\n A: b", "HTTP/1.1 200 OK\r\nA: b\r\n\tc"]),
    (.spaceBeforeColon, ["HTTP/1.1 200 OK\r\nContent-Length : 3", "HTTP/1.1 200 OK\r\nA b"]),
    (.badName, ["HTTP/1.1 200 OK\r\n: b", "HTTP/1.1 200 OK\r\nA\r\n"]),
]

private let contradictions: [(HTTPParseError, String)] = [
    (.contentLengthWithTransferEncoding, "Content-Length: 3\r\nTransfer-Encoding: chunked"),
    (.repeatedContentLength, "Content-Length: 3\r\nContent-Length: 3"),
    (.repeatedContentLength, "Content-Length: 3\r\nContent-Length: 4"),
    (.badContentLength, "Content-Length: 3, 3"), (.badContentLength, "Content-Length: -1"),
    (.badTransferEncoding, "Transfer-Encoding: identity"), (.badTransferEncoding, "Transfer-Encoding: chunked, gzip"),
    (.unknownTransferCoding, "Transfer-Encoding: gzip, chunked"),
]
