import Bytes
import Testing

@testable import SharedState

@Suite("The reader of Redis' replies")
struct ReplyReaderTests {
    /// All replies in `wire`, which comes in pieces of `size` bytes.
    private static func replies(_ wire: String, piece size: Int = .max) throws -> [RedisReply] {
        let reader = ReplyReader()
        var replies: [RedisReply] = []
        var rest = Array(wire.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            try reader.feed(piece.span)
            while let reply = try reader.next() { replies.append(reply) }
        }
        return replies
    }

    private static let examples: [(String, RedisReply)] = [
        ("+OK\r\n", .status("OK")),
        ("-ERR no\r\n", .error("ERR no")),
        (":-42\r\n", .integer(-42)),
        (":9223372036854775807\r\n", .integer(.max)),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("$0\r\n\r\n", .bytes([])),
        ("$4\r\na\r\nb\r\n", .bytes(Array("a\r\nb".utf8))),
        ("*0\r\n", .array([])),
        ("*2\r\n:1\r\n$1\r\nx\r\n", .array([.integer(1), .bytes([0x78])])),
        (
            "*3\r\n*2\r\n*0\r\n+a\r\n*1\r\n$-1\r\n-E\r\n",
            .array([.array([.array([]), .status("a")]), .array([.null]), .error("E")])
        ),
    ]

    @Test("reads each kind, whole or byte by byte", arguments: examples, [1, 2, 3, .max])
    func kind(_ example: (wire: String, reply: RedisReply), piece: Int) throws {
        #expect(try Self.replies(example.wire, piece: piece) == [example.reply])
    }

    @Test("reads replies that come together, in their order")
    func pipelined() throws {
        let wire = Self.examples.map(\.0).joined()
        #expect(try Self.replies(wire, piece: 7) == Self.examples.map(\.1))
    }

    @Test(
        "refuses what is no RESP2",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n", "\0\0\0", "$x\r\n", "$-2\r\n", "*-2\r\n", ":1x\r\n",
            ":9223372036854775808\r\n", ",1.5\r\n", "#t\r\n", "$99999999999999999999\r\n",
        ]
    )
    func garbage(_ wire: String) {
        #expect(throws: ReplyFault.malformed) { try Self.replies(wire) }
    }

    @Test("stays at its fault, whatever comes next")
    func afterFault() throws {
        let reader = ReplyReader()
        let garbage = Array("?\r\n+OK\r\n".utf8)
        try reader.feed(garbage.span)
        #expect(throws: ReplyFault.malformed) { try reader.next() }
        #expect(throws: ReplyFault.malformed) { try reader.next() }
    }

    @Test("reads a text of the largest size, and refuses one byte more")
    func largestText() throws {
        let largest = ReplyBuilder.maximumBytes
        let text = String(repeating: "x", count: largest)
        #expect(try Self.replies("$\(largest)\r\n\(text)\r\n", piece: 65536) == [.bytes(Array(text.utf8))])
        #expect(throws: ReplyFault.tooLarge) {
            try Self.replies("$\(largest + 1)\r\n\(text)x\r\n", piece: 65536)
        }
    }

    @Test("keeps no more of an endless text than its bound")
    func endlessText() throws {
        let reader = ReplyReader()
        let piece = [UInt8](repeating: 0x78, count: 65536)
        let head = Array("$2000000000\r\n".utf8)
        try reader.feed(head.span)
        var fed = 0
        #expect(throws: ReplyFault.tooLarge) {
            while try reader.next() == nil, fed < 2 * ReplyReader.maximumPendingBytes {
                try reader.feed(piece.span)
                fed += piece.count
            }
        }
        #expect(fed <= ReplyReader.maximumPendingBytes + piece.count)
    }

    @Test("reads as many values as are allowed, and refuses one more")
    func mostValues() throws {
        let most = ReplyBuilder.maximumValues - 1
        let replies = try Self.replies("*\(most)\r\n" + String(repeating: ":1\r\n", count: most), piece: 65536)
        #expect(replies.first?.elements?.count == most)
        #expect(throws: ReplyFault.tooLarge) { try Self.replies("*\(most + 2)\r\n") }
    }

    @Test("refuses an array that promises more than there is memory", arguments: ["1000000000", "2147483647"])
    func promisedArray(_ count: String) {
        #expect(throws: ReplyFault.tooLarge) { try Self.replies("*\(count)\r\n") }
    }

    @Test("refuses arrays in arrays without end")
    func depth() {
        #expect(throws: ReplyFault.malformed) { try Self.replies(String(repeating: "*1\r\n", count: 1000)) }
    }

    @Test("a reply prints as its kind alone")
    func description() {
        let reply = RedisReply.array([.bytes(Array("a-secret".utf8)), .error("ERR a-secret")])
        #expect(!"\(reply)\(String(reflecting: reply))".contains("secret"))
        var text = ""
        dump(reply, to: &text)
        #expect(!text.contains("secret"))
    }

    @Test("the code of an error is its first word")
    func errorCode() {
        #expect(RedisReply.error("MOVED 3999 127.0.0.1:6381").errorCode == "MOVED")
        #expect(RedisReply.error("LOADING").errorCode == "LOADING")
        #expect(RedisReply.status("OK").errorCode == nil)
    }
}
