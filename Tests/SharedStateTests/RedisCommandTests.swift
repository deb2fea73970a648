import Bytes
import Testing

@testable import SharedState

@Suite("A command for Redis")
struct RedisCommandTests {
    private static func wire(_ command: RedisCommand) -> String {
        var output = ByteBuffer()
        command.write(to: &output)
        return output.withSpan { $0.string }
    }

    /// The example of the protocol's specification, "Sending commands to a Redis server".
    @Test("goes over the wire as an array of counted texts")
    func specification() {
        #expect(Self.wire(RedisCommand("LLEN", .bytes(Array("mylist".utf8)))) == "*2\r\n$4\r\nLLEN\r\n$6\r\nmylist\r\n")
    }

    @Test("carries every kind of argument")
    func arguments() {
        let command = RedisCommand("SET", .key([0x6B]), .bytes(Array("a\r\nb".utf8)), .word("PX"), .number(-7))
        #expect(Self.wire(command) == "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n$2\r\nPX\r\n$2\r\n-7\r\n")
    }

    @Test("an argument's line ends begin no command")
    func injection() {
        let evil = Array("x\r\n*1\r\n$8\r\nFLUSHALL\r\n".utf8)
        #expect(Self.wire(RedisCommand("GET", .key(evil))).hasPrefix("*2\r\n$3\r\nGET\r\n$\(evil.count)\r\n"))
    }

    @Test("is found by its first key")
    func key() {
        let command = RedisCommand("EVAL", .bytes([1]), .number(2), .key([2]), .key([3]))
        #expect(command.key == [2])
        #expect(RedisCommand("PING").key == nil)
    }

    @Test(
        "never takes more bytes than it said",
        arguments: [
            RedisCommand("PING"), RedisCommand("GET", .key([1, 2, 3])), RedisCommand("EXPIRE", .key([]), .number(.min)),
            RedisCommand("DEL", (0..<100).map { .key([UInt8($0)]) }),
        ]
    )
    func byteCount(_ command: RedisCommand) {
        #expect(Self.wire(command).utf8.count <= command.byteCount)
    }

    @Test("prints as its name alone")
    func description() {
        let command = RedisCommand("SET", .key(Array("a-secret".utf8)), .bytes(Array("a-secret".utf8)))
        #expect("\(command)" == "SET")
        var text = String(reflecting: command)
        dump(command, to: &text)
        #expect(!text.contains("secret") && !text.contains("\(Array("a-secret".utf8))"))
    }
}
