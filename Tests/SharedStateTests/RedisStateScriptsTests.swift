import Testing

@testable import SharedState

@Suite("The cut-offs in Redis", .serialized)
struct RedisStateScriptsTests {
    private static func with(_ body: (StateBench) throws -> Void) throws {
        let server = try RedisServer()
        try server.start()
        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        try body(bench)
    }

    private static func run(
        _ script: RedisScript,
        _ arguments: [RedisCommand.Argument],
        _ bench: StateBench
    ) throws -> RedisReply {
        var outcome: StateBench.Outcome?
        bench.client.run(script, keys: RedisKey.cutOffs, arguments: arguments) { outcome = $0 }
        try #require(bench.run { outcome != nil })
        return try outcome!.get()
    }

    /// Among two at the most.
    private static func add(_ name: String, for milliseconds: Int64, _ bench: StateBench) throws -> RedisReply {
        try self.run(
            RedisStateScripts.addCutOff,
            [.bytes(Array(name.utf8)), .number(milliseconds), .number(2)],
            bench
        )
    }

    @Test("are as many as allowed, of which one may be prolonged, and make room when they end")
    func bound() throws {
        try Self.with { bench in
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            #expect(try Self.add("b", for: 60_000, bench) == .integer(1))
            #expect(try Self.add("c", for: 60_000, bench) == .integer(0))
            #expect(try Self.add("a", for: 90_000, bench) == .integer(1))
            #expect(try bench.ask(RedisCommand("FLUSHALL")) == .success(.status("OK")))
            #expect(try Self.add("a", for: 40, bench) == .integer(1))
            #expect(try Self.add("b", for: 60_000, bench) == .integer(1))
            var tries = 0
            while try Self.add("c", for: 60_000, bench) != .integer(1) {
                tries += 1
                try #require(tries < 100_000)
            }
            let left = try bench.ask(RedisCommand("ZRANGE", .key(RedisKey.cutOffs[0]), .number(0), .number(-1)))
            #expect(try left.get().elements?.compactMap(\.text) == ["b", "c"])
        }
    }

    @Test("of a server with an earlier clock are all read by who comes from another")
    func earlierClock() throws {
        try Self.with { bench in
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            let known = try Self.run(RedisStateScripts.cutOffs, [.number(0), .number(10)], bench)
            guard case .array(let parts) = known, case .integer(let moment) = parts[1] else {
                throw UnexpectedReply(known)
            }
            let nothing = try Self.run(RedisStateScripts.cutOffs, [.number(moment), .number(10)], bench)
            #expect(nothing == .array([]))
            let hour: Int64 = 3_600_000
            let all = try Self.run(RedisStateScripts.cutOffs, [.number(moment + hour), .number(10)], bench)
            guard case .array(let again) = all else { throw UnexpectedReply(all) }
            #expect(again.prefix(2) == parts.prefix(2))
        }
    }

    @Test("have each a position of its own, in rising order")
    func positions() throws {
        try Self.with { bench in
            let keys = (0..<300).map {
                [RedisCommand.Argument.bytes(Array("\($0)".utf8)), .number(60_000), .number(500)]
            }
            // In one turn, so that many fall into one millisecond.
            var told = 0
            for arguments in keys {
                bench.client.run(RedisStateScripts.addCutOff, keys: RedisKey.cutOffs, arguments: arguments) {
                    if $0 == .success(.integer(1)) { told += 1 }
                }
            }
            try #require(bench.run { told == 300 })
            let page = try Self.run(RedisStateScripts.cutOffs, [.number(0), .number(500)], bench)
            let moments = stride(from: 1, to: 900, by: 3).map { page.elements?[$0].number ?? 0 }
            #expect(moments == moments.sorted() && Set(moments).count == 300)
        }
    }

    @Test("end with the last of them")
    func end() throws {
        try Self.with { bench in
            _ = try Self.add("long", for: 60_000, bench)
            _ = try Self.add("short", for: 30_000, bench)
            for key in RedisKey.cutOffs {
                let rest = try bench.ask(RedisCommand("PTTL", .key(key))).get().number ?? 0
                #expect(55_000...60_000 ~= rest)
            }
        }
    }
}
