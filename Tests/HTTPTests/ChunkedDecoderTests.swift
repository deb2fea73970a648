import Bytes
import HTTP
import Testing

/// What came of decoding some input to its end.
private struct Decoded: Equatable {
    var data = ""
    var trailer = ""
    var outcome = ChunkEvent.needsMore

    /// How many bytes of the input belong to the message.
    var end = 0
}

/// How the decoder is asked.
private enum Mode: CaseIterable {
    case next, relay
}

/// Decodes `input` in the pieces that end at `cuts`, as it would come over a connection.
private func decode(_ input: [UInt8], _ mode: Mode, cuts: [Int], _ limits: HeadLimits) -> Decoded {
    var decoder = ChunkedDecoder(limits: limits)
    var result = Decoded()
    var start = 0
    for cut in cuts + [input.count] {
        let piece = input.span.extracting(start..<cut)
        var position = 0
        repeat {
            result.outcome =
                switch mode {
                case .next: decoder.next(piece, at: &position)
                case .relay: decoder.relay(piece, at: &position)
                }
            switch result.outcome {
            case .bytes(let range): result.data += text(piece.extracting(range).array)
            case .trailer(let range): result.trailer += text(piece.extracting(range).array)
            case .needsMore: #expect(position == piece.count)
            case .end, .failed: break
            }
        } while !result.outcome.isLast
        guard result.outcome == .needsMore else {
            result.end = start + position
            break
        }
        start = cut
    }
    #expect(decoder.isAtEnd == (result.outcome == .end))
    return result
}

extension ChunkEvent {
    fileprivate var isLast: Bool {
        switch self {
        case .bytes, .trailer: false
        case .needsMore, .end, .failed: true
        }
    }
}

/// Decodes `input` whole, byte by byte and cut once at every position; all must agree. A failure may come at another
/// byte of the same line when more of it is there, so what came before it is not compared.
private func decodeAtEveryCut(_ input: [UInt8], _ mode: Mode, _ limits: HeadLimits = HeadLimits()) -> Decoded {
    let whole = decode(input, mode, cuts: [], limits)
    let all = [Array(1..<max(input.count, 1))] + (0...input.count).map { [$0] }
    for cuts in all {
        let pieces = decode(input, mode, cuts: cuts, limits)
        if case .failed = whole.outcome {
            #expect(pieces.outcome == whole.outcome)
        } else {
            #expect(pieces == whole)
        }
    }
    return whole
}

@Suite("The chunked decoder")
struct ChunkedDecoderTests {
    @Test(
        "hands out the data, and the same bytes to relay",
        arguments: [
            ("0\r\n\r\n", "", "0\r\n\r\n"), ("5\r\nhello\r\n0\r\n\r\n", "hello", "5\r\nhello\r\n0\r\n\r\n"),
            ("1\r\na\r\n2\r\nbc\r\n000\r\n\r\n", "abc", "1\r\na\r\n2\r\nbc\r\n000\r\n\r\n"),
            ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789", "a\r\n0123456789\r\n0\r\n\r\n"),
            ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789", "A\r\n0123456789\r\n0\r\n\r\n"),
            ("0000000000000001\r\na\r\n0\r\n\r\n", "a", "0000000000000001\r\na\r\n0\r\n\r\n"),
            ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", "2\r\n\r\n\r\n0\r\n\r\n"),
            ("1;a\r\nx\r\n0\r\n\r\n", "x", "1\r\nx\r\n0\r\n\r\n"),
            ("1;a=b;c=\"d;e\"\r\nx\r\n0;f\r\n\r\n", "x", "1\r\nx\r\n0\r\n\r\n"),
            ("1;\ta \u{80}\r\nx\r\n0\r\n\r\n", "x", "1\r\nx\r\n0\r\n\r\n"),
            ("0;a\r\n\r\n", "", "0\r\n\r\n"),
        ]
    )
    func data(_ input: String, _ data: String, _ relayed: String) {
        let input = bytes(input)
        let behind = bytes("GET / HTTP/1.1\r\n\r\n0\r\n\r\n")
        let end = ChunkEvent.end
        let decoded = decodeAtEveryCut(input + behind, .next)
        #expect(decoded == Decoded(data: data, outcome: end, end: input.count))
        let copied = decodeAtEveryCut(input + behind, .relay)
        #expect(copied == Decoded(data: relayed, outcome: end, end: input.count))
    }

    @Test(
        "hands out trailers apart",
        arguments: ["A: b\r\n", "A: b\r\nC:\r\n", "Content-Length: 3\r\nx-y:\u{80}\tz \r\n"]
    )
    func trailers(_ lines: String) {
        let input = bytes("1\r\na\r\n0\r\n\(lines)\r\n")
        let decoded = decodeAtEveryCut(input, .next)
        #expect(decoded == Decoded(data: "a", trailer: lines, outcome: .end, end: input.count))
        let copied = decodeAtEveryCut(input, .relay)
        #expect(copied == Decoded(data: "1\r\na\r\n0\r\n\r\n", trailer: lines, outcome: .end, end: input.count))
        var section = FieldSection()
        #expect(section.parse(bytes(lines + "\r\n").span, limits: HeadLimits()) == .complete)
        #expect(section.count == lines.split(separator: "\r\n").count)
    }

    @Test("relays a plain message as one run")
    func oneRun() {
        let input = bytes("5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n")
        var decoder = ChunkedDecoder(limits: HeadLimits())
        var position = 0
        #expect(decoder.relay(input.span, at: &position) == .bytes(0..<input.count))
        #expect(decoder.relay(input.span, at: &position) == .end)
        #expect(decoder.dataByteCount == 8)
    }

    @Test(
        "waits for the rest",
        arguments: ["", "5", "5\r", "5\r\n", "5\r\nhel", "5\r\nhello\r\n0\r\n", "0\r\n\r", "0\r\nA: b\r\n"]
    )
    func incomplete(_ input: String) {
        for mode in Mode.allCases { #expect(decodeAtEveryCut(bytes(input), mode).outcome == .needsMore) }
    }

    @Test("refuses what two readers could take differently", arguments: refusals)
    func refused(_ reason: HTTPParseError, _ inputs: [String]) {
        for input in inputs {
            for mode in Mode.allCases {
                let outcome = decodeAtEveryCut(bytes(input), mode).outcome
                #expect(outcome == .failed(reason), "\(input.debugDescription)")
            }
        }
    }

    @Test("bounds the extensions of a message", arguments: [0, 1])
    func extensions(_ extra: Int) {
        let half = String(repeating: "a", count: ChunkedDecoder.maximumExtensionBytes / 2 - 1)
        let input = bytes("1;\(half)\r\na\r\n0;\(half)\(String(repeating: "a", count: extra))\r\n\r\n")
        var decoder = ChunkedDecoder(limits: HeadLimits())
        var position = 0
        _ = decoder.next(input.span, at: &position)
        let last = decoder.next(input.span, at: &position)
        #expect(last == (extra == 0 ? .end : .failed(.chunkExtensionsTooLong)))
    }

    @Test("obeys the limits for trailers", arguments: [(10, 2, true), (9, 2, false), (10, 1, false)])
    func trailerLimits(_ byteLimit: Int, _ countLimit: Int, _ passes: Bool) {
        let limits = HeadLimits(headerBytes: byteLimit, headerCount: countLimit)
        let outcome = decodeAtEveryCut(bytes("0\r\nA:b\r\nC:d\r\n\r\n"), .next, limits).outcome
        let reason: HTTPParseError = byteLimit < 10 ? .headerBytesTooLarge : .headerCountTooLarge
        #expect(outcome == (passes ? .end : .failed(reason)))
    }

    @Test("gives one verdict on random bytes, and relays only what it would read again", arguments: 0..<300)
    func random(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = [
            "0", "1", "2", "\r\n", "\r", "\n", ";a", "A: b", "xy", "1\r\na\r\n", "2;b\r\ncd\r\n", "0\r\n\r\n", "0\r\n",
            "A:\r\n", " ",
        ]
        let input = bytes(generator.phrase(of: alphabet, most: 10))
        let decoded = decodeAtEveryCut(input, .next)
        let copied = decodeAtEveryCut(input, .relay)
        #expect(decoded.outcome == copied.outcome && decoded.end == copied.end && decoded.trailer == copied.trailer)
        #expect(decoded.end <= input.count)
        guard decoded.outcome == .end else { return }
        let again = decodeAtEveryCut(bytes(copied.data), .next)
        #expect(again == Decoded(data: decoded.data, outcome: .end, end: copied.data.unicodeScalars.count))
    }
}

private let refusals: [(HTTPParseError, [String])] = [
    (
        .badChunkSize,
        [
            "\r\n", ";a\r\n", " 5\r\n", "5 \r\n", "5\t\r\n", "5 ;a\r\n", "+5\r\n", "-5\r\n", "0x5\r\n", "5g\r\n",
            "g\r\n", "5\n", "\n", "5,5\r\n",
            "5\u{0}\r\n", "1\r\na\r\n\r\n", "_5\r\n", "5_0\r\n", "5\u{B}\r\n", "\u{FF}", "5\u{A0}\r\n", "5.0\r\n",
            "GET / HTTP/1.1",
        ]
    ),
    (
        .chunkSizeTooLarge,
        [
            "8000000000000000\r\n", "ffffffffffffffff\r\n", "FFFFFFFFFFFFFFFE", "10000000000000000\r\n",
            "00000000000000005\r\n",
            "100000000000000005\r\nhello",
        ]
    ),
    (
        .badChunkEnd,
        [
            "1\r\nab\r\n", "1\r\na0\r\n\r\n", "1\r\na\n0", "5\r\nhello\r0\r\n", "2\r\nabc", "1\r\na\r\r\n",
            "0\r\n\r\n".replacing("0", with: "1"),
        ]
    ),
    (.bareCR, ["5\r5\r\n", "5;a\rb\r\n", "5\r\r\n", "0\r\n\rX", "0\r\nA: b\rC: d\r\n", "0\r\n\r\r\n"]),
    (.bareLF, ["5;a\nhello", "5;\n", "0\r\nA: b\n\r\n", "0\r\n\n", "0\r\nA\n"]),
    (.controlByte, ["5;\u{0}", "5;a\u{7F}\r\n", "0\r\nA: \u{0}", "0\r\n\u{0}"]),
    (.obsFold, ["0\r\n A: b\r\n\r\n", "0\r\nA: b\r\n c\r\n\r\n"]),
    (.spaceBeforeColon, ["0\r\nA : b\r\n\r\n", "0\r\nGET / HTTP/1.1\r\n"]),
    (.badName, ["0\r\n: b\r\n", "0\r\nA\r\n", "0\r\nA(: b\r\n"]),
]
