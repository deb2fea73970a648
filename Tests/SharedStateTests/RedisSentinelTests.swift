import Testing

@testable import SharedState

@Suite("The client of the shared state, behind Sentinel", .serialized)
struct RedisSentinelTests {
    private static let role = RedisCommand("ROLE")

    private static func isMaster(_ outcome: StateBench.Outcome) throws -> Bool {
        try outcome.get().elements?.first?.text == "master"
    }

    @Test("finds the master, and the next one after it was killed")
    func failover() throws {
        let (first, second, sentinel) = (try RedisServer(), try RedisServer(), try RedisServer())
        try first.start()
        second.arguments = second.arguments + ["--replicaof", "127.0.0.1 \(first.port)"]
        try second.start()
        try Self.waitForReplica(of: first)
        let file = try sentinel.file(
            "sentinel.conf",
            """
            port \(sentinel.port)
            bind 127.0.0.1
            sentinel monitor main 127.0.0.1 \(first.port) 1
            sentinel down-after-milliseconds main 500
            sentinel failover-timeout main 2000

            """
        )
        sentinel.arguments = [file, "--sentinel"]
        try sentinel.start()

        let bench = StateBench()
        defer { bench.close() }
        // The first of them is nobody.
        let nobody = try RedisServer.freePort()
        let url = "redis+sentinel://127.0.0.1:\(nobody),127.0.0.1:\(sentinel.port)/main"
        try bench.connect(StateSettings(url: url))
        try #require(bench.run { bench.client.isReady })
        let stored = try bench.ask([
            RedisCommand("SET", .key([1]), .bytes([2])),
            // Redis answers before its replica has it.
            RedisCommand("WAIT", .number(1), .number(900)),
        ])
        #expect(stored == [.success(.status("OK")), .success(.integer(1))])

        first.kill()
        try #require(bench.run { !bench.client.isReady })
        try #require(bench.run(limit: .seconds(20)) { bench.client.isReady })
        #expect(try Self.isMaster(bench.ask(Self.role)))
        #expect(try bench.ask(RedisCommand("GET", .key([1]))) == .success(.bytes([2])))
    }

    /// A sentinel fails over only to a replica that it has seen in sync.
    private static func waitForReplica(of server: RedisServer) throws {
        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        for _ in 0..<500 {
            let reply = try bench.ask(RedisCommand("WAIT", .number(1), .number(20)))
            if reply == .success(.integer(1)) { return }
        }
        Issue.record("the replica never came")
    }

    /// A sentinel that says `port`, and `next` to whoever asks again.
    private static func sentinel(_ bench: StateBench, ports: @escaping (Int) -> UInt16) throws -> ScriptedRedis {
        var questions = 0
        return try ScriptedRedis(loop: bench.loop) { _, peer in
            let command = peer.commands.last!
            if command.contains("get-master-addr-by-name") {
                let port = "\(ports(questions))"
                questions += 1
                peer.send("*2\r\n$9\r\n127.0.0.1\r\n$\(port.count)\r\n\(port)\r\n")
            } else if command.contains("SUBSCRIBE") {
                peer.send("*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n")
            }
        }
    }

    @Test("asks again when the server says that it is a replica")
    func replica() throws {
        let (first, second) = (try RedisServer(), try RedisServer())
        try first.start()
        second.arguments = second.arguments + ["--replicaof", "127.0.0.1 \(first.port)"]
        try second.start()
        let bench = StateBench()
        let sentinel = try Self.sentinel(bench) { $0 == 0 ? second.port : first.port }
        defer {
            bench.close()
            sentinel.close()
        }
        try bench.connect(StateSettings(url: "redis+sentinel://127.0.0.1:\(sentinel.port)/main"))
        try #require(bench.run { bench.client.isReady })
        #expect(try Self.isMaster(bench.ask(Self.role)))
        #expect(sentinel.peers.count > 1)
    }

    @Test("goes where a message of the sentinel says, if it is of the same name")
    func message() throws {
        let (first, second) = (try RedisServer(), try RedisServer())
        try first.start()
        try second.start()
        let bench = StateBench()
        let sentinel = try Self.sentinel(bench) { _ in first.port }
        defer {
            bench.close()
            sentinel.close()
        }
        try bench.connect(StateSettings(url: "redis+sentinel://127.0.0.1:\(sentinel.port)/main"))
        try #require(bench.run { bench.client.isReady })
        for (name, port) in [("other", first.port), ("main", second.port)] {
            #expect(try Self.port(bench) == first.port)
            let payload = "\(name) 127.0.0.1 1 127.0.0.1 \(port == first.port ? second.port : port)"
            sentinel.peers[0].send(
                "*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$\(payload.utf8.count)\r\n\(payload)\r\n"
            )
            bench.run(limit: .milliseconds(100)) { false }
        }
        #expect(try Self.port(bench) == second.port)
    }

    /// Which server the client talks to.
    private static func port(_ bench: StateBench) throws -> UInt16? {
        let command = RedisCommand("CONFIG", .word("GET"), .word("port"))
        return try bench.ask(command).get().elements?.last?.number.flatMap { UInt16(exactly: $0) }
    }
}
