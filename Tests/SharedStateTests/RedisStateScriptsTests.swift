import Testing

@testable import SharedState

@Suite("The cut-offs in Redis", .serialized)
struct RedisStateScriptsTests {
    private static let keys = RedisKey.cutOffs(.sessions)

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
        bench.client.run(script, keys: Self.keys, arguments: arguments) { outcome = $0 }
        try #require(bench.run { outcome != nil })
        return try outcome!.get()
    }

    /// Milliseconds.
    private static let tolerance: Int64 = 10_000

    /// Among two at the most, to what comes to be called "new".
    private static func add(_ name: String, for milliseconds: Int64, _ bench: StateBench) throws -> RedisReply {
        try self.run(
            RedisStateScripts.addCutOff,
            [.bytes(Array(name.utf8)), .number(milliseconds), .number(2), .number(self.tolerance), .word("new")],
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
            let left = try bench.ask(RedisCommand("ZRANGE", .key(Self.keys[0]), .number(0), .number(-1)))
            #expect(try left.get().elements?.compactMap(\.text) == ["b", "c"])
        }
    }

    /// Of the list `known`, or of what comes to be called "new".
    private static func read(since moment: Int64, of known: String, _ bench: StateBench) throws -> [RedisReply] {
        let words = [known, "new"].map { RedisCommand.Argument.bytes(Array($0.utf8)) }
        let reply = try self.run(RedisStateScripts.cutOffs, [.number(moment), .number(10)] + words, bench)
        return try #require(reply.elements)
    }

    @Test("of a server that has lost all are read from the beginning, however little earlier its clock is")
    func lost() throws {
        try Self.with { bench in
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            let known = try Self.read(since: 0, of: "", bench)
            let moment = try #require(known[3].number)
            #expect(known.count == 5 && known[0].text == "new")
            #expect(try Self.read(since: moment, of: "new", bench).count == 2)
            // Another has come into its place, a minute behind.
            let read = try Self.read(since: moment + 60_000, of: "former", bench)
            #expect(read[0] == known[0] && read[2..<4] == known[2..<4])
        }
    }

    @Test("have one name until the last of them ends, and then another")
    func name() throws {
        try Self.with { bench in
            let key = RedisCommand.Argument.key(Self.keys[2])
            #expect(try Self.read(since: 0, of: "", bench).first?.text == "new")
            #expect(try bench.ask(RedisCommand("PTTL", key)).get() == .integer(-1))
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            #expect(55_000...60_000 ~= (try bench.ask(RedisCommand("PTTL", key)).get().number ?? 0))
            _ = try bench.ask(RedisCommand("DEL", key))
            #expect(try Self.read(since: 0, of: "", bench).count == 5)
            #expect(55_000...60_000 ~= (try bench.ask(RedisCommand("PTTL", key)).get().number ?? 0))
        }
    }

    @Test("come behind those of before, also when the clock is set back, and those have ended")
    func order() throws {
        try Self.with { bench in
            let far: Int64 = 9_000_000_000_000
            _ = try bench.ask(
                RedisCommand("HSET", .key(Self.keys[2]), .word("latest"), .number(far), .word("name"), .word("new"))
            )
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            #expect(try Self.read(since: far, of: "new", bench)[3].number == far + 1)
        }
    }

    @Test("have each a position of its own, in rising order")
    func positions() throws {
        try Self.with { bench in
            let keys = (0..<300).map {
                [
                    RedisCommand.Argument.bytes(Array("\($0)".utf8)), .number(60_000), .number(500), .number(0),
                    .word("new"),
                ]
            }
            // In one turn, so that many fall into one millisecond.
            var told = 0
            for arguments in keys {
                bench.client.run(RedisStateScripts.addCutOff, keys: Self.keys, arguments: arguments) {
                    if $0 == .success(.integer(1)) { told += 1 }
                }
            }
            try #require(bench.run { told == 300 })
            let name = RedisCommand.Argument.word("new")
            let page = try Self.run(RedisStateScripts.cutOffs, [.number(0), .number(500), name, name], bench)
            let moments = stride(from: 3, to: 902, by: 3).map { page.elements?[$0].number ?? 0 }
            #expect(moments == moments.sorted() && Set(moments).count == 300)
        }
    }

    @Test("are named by the first that is added")
    func nameOfFirst() throws {
        try Self.with { bench in
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            let name = try bench.ask(RedisCommand("HGET", .key(Self.keys[2]), .word("name"))).get()
            #expect(name.text == "new")
        }
    }

    @Test("are not moved by what is the same but for the tolerance, and are by what holds longer")
    func tolerance() throws {
        try Self.with { bench in
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            let first = try Self.read(since: 0, of: "new", bench)[3]
            #expect(try Self.add("a", for: 59_000 + Self.tolerance, bench) == .integer(1))
            #expect(try Self.read(since: 0, of: "new", bench)[3] == first)
            #expect(try Self.add("a", for: 61_000 + Self.tolerance, bench) == .integer(1))
            #expect(try Self.read(since: 0, of: "new", bench)[3] != first)
        }
    }

    @Test("can be read from a server that takes no writes, with no name while there are none")
    func withoutWrites() throws {
        try Self.with { bench in
            func takesWrites(_ yes: Bool) throws {
                let limit = RedisCommand("CONFIG", .word("SET"), .word("maxmemory"), .number(yes ? 0 : 1))
                #expect(try bench.ask(limit).get() == .status("OK"))
            }
            try takesWrites(false)
            let empty = try Self.read(since: 7, of: "former", bench)
            #expect(empty.count == 2 && empty[0] == .bytes([]))
            #expect(try Self.add("a", for: 60_000, bench).errorCode == "OOM")
            try takesWrites(true)
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            try takesWrites(false)
            let named = try Self.read(since: 0, of: "", bench)
            #expect(named.count == 5 && named[0].text == "new")
        }
    }

    @Test("that somebody left without a name are not read as if they were none")
    func nameless() throws {
        try Self.with { bench in
            #expect(try Self.add("a", for: 60_000, bench) == .integer(1))
            _ = try bench.ask(RedisCommand("DEL", .key(Self.keys[2]))).get()
            _ = try bench.ask(RedisCommand("CONFIG", .word("SET"), .word("maxmemory"), .number(1))).get()
            let words = [RedisCommand.Argument.word(""), .word("new")]
            let reply = try Self.run(RedisStateScripts.cutOffs, [.number(0), .number(10)] + words, bench)
            #expect(reply.errorCode == "OOM")
        }
    }

    @Test("end with the last of them")
    func end() throws {
        try Self.with { bench in
            _ = try Self.add("long", for: 60_000, bench)
            _ = try Self.add("short", for: 30_000, bench)
            for key in Self.keys {
                let rest = try bench.ask(RedisCommand("PTTL", .key(key))).get().number ?? 0
                #expect(55_000...60_000 ~= rest)
            }
        }
    }
}
