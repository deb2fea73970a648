import HTTP
import Testing

@Suite("Limits of a request head")
struct RequestHeadLimitTests {
    @Test(
        "takes a target of exactly the limit, and none longer",
        arguments: [("/aaaaaaa", true), ("/aaaaaaaa", false), ("/aaaaaa\u{1}aaaaa", false)]
    )
    func target(_ target: String, _ passes: Bool) {
        let limits = HeadLimits(targetBytes: 8)
        let result = readAtEveryCut(bytes("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n"), limits).0
        #expect(result == (passes ? .complete : .failed(.targetTooLong)))
    }

    @Test("refuses an endless target at its first byte too many")
    func endlessTarget() {
        var head = RequestHead()
        let limits = HeadLimits(targetBytes: 100)
        let input = bytes("GET /" + String(repeating: "a", count: 200))
        #expect(head.parse(input.span.extracting(0..<104), limits: limits) == .incomplete)
        #expect(head.parse(input.span.extracting(0..<105), limits: limits) == .failed(.targetTooLong))
    }

    @Test("counts the bytes of all field lines and the empty line", arguments: -3...3)
    func headerBytes(_ difference: Int) {
        let fields = "Host: a\r\nX: yyyyyyyyyyy\r\n\r\n"
        let limits = HeadLimits(headerBytes: fields.utf8.count + difference)
        let result = readAtEveryCut(bytes("GET / HTTP/1.1\r\n" + fields), limits).0
        #expect(result == (difference < 0 ? .failed(.headerBytesTooLarge) : .complete))
    }

    @Test("counts the lines", arguments: [(2, false), (3, true), (4, true)])
    func headerCount(_ limit: Int, _ passes: Bool) {
        let limits = HeadLimits(headerCount: limit)
        let result = readAtEveryCut(bytes("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nA: b\r\n\r\n"), limits).0
        #expect(result == (passes ? .complete : .failed(.headerCountTooLarge)))
    }

    @Test("takes any numbers for limits", arguments: [0, 1, Int.max])
    func extremes(_ limit: Int) {
        let limits = HeadLimits(headerBytes: limit, headerCount: limit, targetBytes: limit)
        let result = readAtEveryCut(bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), limits).0
        let expected: [Int: HeadParseResult] = [0: .failed(.targetTooLong), 1: .failed(.headerBytesTooLarge)]
        #expect(result == expected[limit] ?? .complete)
    }

    @Test("bounds the bytes of a whole head")
    func headBytes() {
        let limits = HeadLimits(headerBytes: 64, targetBytes: 16)
        let method = String(repeating: "M", count: RequestHead.maximumMethodBytes)
        let fields = "Host: a\r\nX: " + String(repeating: "y", count: 64 - 16) + "\r\n\r\n"
        let input = "\r\n\r\n\(method) /\(String(repeating: "t", count: 15)) HTTP/1.1\r\n\(fields)"
        #expect(input.utf8.count == limits.headBytes)
        #expect(readAtEveryCut(bytes(input), limits).0 == .complete)
    }

    @Test(
        "fails as soon as the bytes cannot become a request",
        arguments: [
            ("\u{16}", "\u{3}\u{1}"), ("GET  ", "/ HTTP/1.1"), ("GET / HTTP/2.0", "\r\n"), ("GET / x", ""),
            ("GET / HTTP/1.1\r\n ", "A: b"),
            ("GET / HTTP/1.1\r\nA ", ": b"), ("GET / HTTP/1.1\r\nA: b\u{0}", ""), ("GET / HTTP/1.1\n", ""),
            ("GET\n", ""), ("GET /\r", "\n"),
            ("CONNECT ", "a:1 HTTP/1.1"), ("GET / HTTP/1.1\r\nA: b\n", ""), ("GET / HTTP/1.1\r\nA: b\rx", ""),
        ]
    )
    func early(_ prefix: String, _ rest: String) {
        var head = RequestHead()
        let input = bytes(prefix)
        #expect(head.parse(input.span.extracting(0..<input.count - 1), limits: HeadLimits()) == .incomplete)
        let early = head.parse(input.span, limits: HeadLimits())
        #expect(early != .incomplete && early != .complete)
        #expect(head.parse(bytes(prefix + rest).span, limits: HeadLimits()) == early)
    }

    @Test("gives one verdict on random bytes, however they are cut", arguments: 0..<300)
    func random(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = [
            "GET ", "POST", "/", "/a?b", " ", "HTTP/1.1", "\r\n", "\r", "\n", "Host: a", "Content-Length: 3",
            "Transfer-Encoding: chunked", ":", "X",
            "\t", "\u{0}", "\u{80}", "http://a", "Connection: close", "aaaaaaaaaaaaaaaa", ",", "Expect: 100-continue",
        ]
        let valid = "GET / HTTP/1.1\r\nHost: a\r\n"
        let tail = generator.phrase(of: alphabet, most: 12)
        let input = Bool.random(using: &generator) ? valid + tail + "\r\n\r\n" : tail
        _ = readAtEveryCut(bytes(input), HeadLimits(headerBytes: 100, headerCount: 4, targetBytes: 20))
    }
}
