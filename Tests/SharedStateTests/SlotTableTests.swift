import Bytes
import Testing
import Upstreams

@testable import SharedState

@Suite("What a cluster says of its slots")
struct SlotTableTests {
    private static let asked = ServerAddress.name("seed.example", port: 7000)
    private static let node = ServerAddress.ip(IPAddress(ipv4: 0x7f00_0001), port: 7001)

    private static func range(_ first: Int64, _ last: Int64, _ host: RedisReply, _ port: Int64) -> RedisReply {
        let id = RedisReply.bytes(Array("09dbe9720cda62f7865eabc5fd8857c5d2678366".utf8))
        let replica = RedisReply.array([.bytes(Array("127.0.0.9".utf8)), .integer(7009), id])
        return .array([.integer(first), .integer(last), .array([host, .integer(port), id, .array([])]), replica])
    }

    private static func host(_ text: String) -> RedisReply { .bytes(Array(text.utf8)) }

    @Test("names the master of each slot")
    func slots() throws {
        let reply = RedisReply.array([
            Self.range(0, 5460, Self.host("127.0.0.1"), 7001), Self.range(5462, 16383, Self.host("B.example"), 7002),
        ])
        let table = try #require(SlotTable(reply, from: Self.asked))
        #expect(table.owner(of: 0) == Self.node)
        #expect(table.owner(of: 5460) == Self.node)
        #expect(table.owner(of: 5461) == nil)
        #expect(table.owner(of: 16383) == .name("b.example", port: 7002))
        #expect(table.nodes.count == 2)
    }

    @Test("a node without a host is where the question went", arguments: [host(""), .null])
    func unknownHost(_ host: RedisReply) throws {
        let table = try #require(SlotTable(.array([Self.range(0, 1, host, 7005)]), from: Self.asked))
        #expect(table.owner(of: 1) == .name("seed.example", port: 7005))
    }

    @Test(
        "anything else is no table",
        arguments: [
            .null, .error("ERR This instance has cluster support disabled"), .array([]), .array([.integer(1)]),
            .array([range(5, 4, host("a"), 1)]), .array([range(-1, 4, host("a"), 1)]),
            .array([range(0, 16384, host("a"), 1)]), .array([range(0, 1, host("a"), 0)]),
            .array([range(0, 1, host("a"), 65536)]), .array([range(0, 1, host("?"), 7000)]),
            .array([range(0, 1, host("a"), 1), .array([.integer(2), .integer(3)])]),
        ] as [RedisReply]
    )
    func refused(_ reply: RedisReply) {
        #expect(SlotTable(reply, from: Self.asked) == nil)
    }

    @Test("has as many nodes as are allowed, and no more")
    func nodeCount() {
        func reply(_ count: Int) -> RedisReply {
            .array((0..<count).map { Self.range(Int64($0), Int64($0), Self.host("h\($0)"), 7000) })
        }
        #expect(SlotTable(reply(SlotTable.maximumNodes), from: Self.asked) != nil)
        #expect(SlotTable(reply(SlotTable.maximumNodes + 1), from: Self.asked) == nil)
    }

    @Test("learns from a redirection")
    func moves() {
        var table = SlotTable()
        #expect(table.isEmpty)
        table.move(7, to: Self.node)
        #expect(table.owner(of: 7) == Self.node)
        #expect(table.owner(of: 8) == nil)
    }
}

@Suite("A redirection")
struct RedirectionTests {
    private static let asked = ServerAddress.name("seed.example", port: 7000)
    private static let node = ServerAddress.ip(IPAddress(ipv4: 0x7f00_0001), port: 6381)

    /// The first two are the examples of the Redis Cluster specification.
    @Test(
        "is read",
        arguments: [
            ("MOVED 3999 127.0.0.1:6381", .moved(slot: 3999, to: node)),
            ("ASK 3999 127.0.0.1:6381", .ask(node)),
            ("MOVED 16383 ::1:6381", .moved(slot: 16383, to: .ip(IPAddress("::1")!, port: 6381))),
            ("MOVED 0 :6381", .moved(slot: 0, to: .name("seed.example", port: 6381))),
            ("ASK 0 B.example:1", .ask(.name("b.example", port: 1))),
        ] as [(String, Redirection)]
    )
    func examples(_ text: String, _ redirection: Redirection) {
        #expect(Redirection(.error(text), from: Self.asked) == redirection)
    }

    @Test(
        "anything else is none",
        arguments: [
            .status("MOVED 3999 127.0.0.1:6381"), .error("MOVED"), .error("MOVED 16384 a:1"), .error("MOVED -1 a:1"),
            .error("MOVED x a:1"), .error("MOVED 1 a"), .error("MOVED 1 a:0"), .error("MOVED 1 a:65536"),
            .error("MOVED 1 ?:6381"), .error("TRYAGAIN 1 a:1"), .error("moved 1 a:1"), .null,
        ] as [RedisReply]
    )
    func others(_ reply: RedisReply) {
        #expect(Redirection(reply, from: Self.asked) == nil)
    }
}
