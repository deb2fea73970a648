import Testing

@testable import SharedState

@Suite("The client of the shared state, with Redis itself", .serialized)
struct RedisServerTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func with(_ url: (RedisServer) -> String, _ body: (StateBench, RedisServer) throws -> Void) throws {
        let server = try RedisServer()
        try server.start()
        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(StateSettings(url: url(server)))
        try #require(bench.run { bench.client.isReady })
        try body(bench, server)
    }

    @Test("keeps and gives back bytes, over TCP and a Unix socket", arguments: [true, false])
    func values(_ isTCP: Bool) throws {
        try Self.with({ isTCP ? "redis://127.0.0.1:\($0.port)" : "unix:\($0.socket)" }) { bench, _ in
            let value = Array(UInt8.min...UInt8.max)
            let replies = try bench.ask([
                RedisCommand("SET", .key(Self.bytes("k")), .bytes(value), .word("PX"), .number(60_000)),
                RedisCommand("GET", .key(Self.bytes("k"))),
                RedisCommand("GET", .key(Self.bytes("none"))),
                RedisCommand("INCR", .key(Self.bytes("k"))),
                RedisCommand("CLIENT", .word("GETNAME")),
            ])
            #expect(try replies[0].get() == .status("OK"))
            #expect(try replies[1].get() == .bytes(value))
            #expect(try replies[2].get() == .null)
            #expect(try replies[3].get().errorCode == "ERR")
            #expect(try replies[4].get() == .bytes(Self.bytes("gatehouse")))
        }
    }

    @Test("answers a thousand commands at once, each its own")
    func pipeline() throws {
        try Self.with({ "unix:\($0.socket)" }) { bench, _ in
            let replies = try bench.ask((0..<1000).map { RedisCommand("ECHO", .bytes(Self.bytes("\($0)"))) })
            #expect(replies == (0..<1000).map { .success(.bytes(Self.bytes("\($0)"))) })
        }
    }

    @Test("a value of three megabytes goes there and back")
    func largeValue() throws {
        try Self.with({ "redis://127.0.0.1:\($0.port)" }) { bench, _ in
            let value = [UInt8](repeating: 0x78, count: 3 * 1024 * 1024)
            let replies = try bench.ask([
                RedisCommand("SET", .key([1]), .bytes(value)), RedisCommand("GET", .key([1])),
            ])
            #expect(try replies[1].get() == .bytes(value))
        }
    }

    @Test("uses the database of the URL")
    func database() throws {
        try Self.with({ "redis://127.0.0.1:\($0.port)/7" }) { bench, _ in
            let reply = try bench.ask(RedisCommand("CLIENT", .word("INFO"))).get()
            guard case .bytes(let text) = reply else { return #expect(Bool(false), "\(reply)") }
            #expect(String(decoding: text, as: UTF8.self).contains(" db=7 "))
        }
    }

    @Test("signs in, and is unavailable with a wrong password")
    func credentials() throws {
        try Self.with({ "redis://127.0.0.1:\($0.port)" }) { bench, server in
            let reply = try bench.ask(
                RedisCommand(
                    "ACL",
                    .word("SETUSER"),
                    .word("gate"),
                    .word("on"),
                    .word(">p@ss"),
                    .word("~*"),
                    .word("+@all")
                )
            )
            #expect(reply == .success(.status("OK")))
            for (password, isGood) in [("p%40ss", true), ("other", false)] {
                let second = StateBench()
                defer { second.close() }
                try second.connect(StateSettings(url: "redis://gate:\(password)@127.0.0.1:\(server.port)"))
                let outcome = try second.ask(RedisCommand("ACL", .word("WHOAMI")))
                #expect(outcome == (isGood ? .success(.bytes(Self.bytes("gate"))) : .failure(.unavailable)))
            }
        }
    }

    @Test("the log says where and why a connection failed, and no secret")
    func log() throws {
        try Self.with({ "redis://127.0.0.1:\($0.port)" }) { _, server in
            let file = try TemporaryLog()
            let bench = StateBench()
            defer { bench.close() }
            try bench.connect(StateSettings(url: "redis://me:hidden@127.0.0.1:\(server.port)"), log: file.log)
            #expect(try bench.ask(RedisCommand("PING")) == .failure(.unavailable))
            let text = try file.text
            #expect(text.contains("\"event\":\"state_connection_failed\""))
            #expect(text.contains("127.0.0.1:\(server.port): the server refused the greeting: WRONGPASS"))
            #expect(!text.contains("hidden") && !text.contains("username-password"))
        }
    }

    @Test("a server that is killed and started again under load: each command is told once, and the client is back")
    func restart() throws {
        try Self.with({ "redis://127.0.0.1:\($0.port)" }) { bench, server in
            var sent = 0, told = 0, answered = 0, isStopped = false
            func next() {
                guard !isStopped else { return }
                sent += 1
                bench.client.send(RedisCommand("INCR", .key([1]))) { outcome in
                    told += 1
                    if case .success = outcome { answered += 1 }
                    next()
                }
            }
            for _ in 0..<50 { next() }
            for _ in 0..<3 {
                let before = answered
                try #require(bench.run { answered > before + 200 })
                server.kill()
                try #require(bench.run { !bench.client.isReady })
                try server.start()
                try #require(bench.run { bench.client.isReady })
            }
            isStopped = true
            try #require(bench.run { told == sent })
            #expect(try bench.ask(RedisCommand("PING")) == .success(.status("PONG")))
        }
    }
}
