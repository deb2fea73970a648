import Foundation
import Glibc
import Reactor
import Telemetry
import Testing

@testable import SharedState

@Suite("The shared state in Redis", .serialized)
struct RedisStoreTests {
    private static let key = ValueKey(.session, "a session")

    @Test("without Redis is unavailable within the bound, and never empty")
    func hanging() throws {
        let bench = try StoreBench(.redis)
        let server = try #require(bench.server)
        server.signal(SIGSTOP)
        defer { server.signal(SIGCONT) }
        for _ in 0..<2 {
            let before = MonotonicClock.nanoseconds
            #expect(try bench.ask { bench.store.read(Self.key, $0) } == .failure(.unavailable))
            #expect(MonotonicClock.nanoseconds - before < 1_500_000_000)
        }
    }

    /// Redis keeps its keys here, so that an answer without a value would be a wrong one at any time.
    @Test("whose server is killed and started again answers with the value or with a failure, never with nothing")
    func restart() throws {
        let bench = try StoreBench(.redis, ["--appendonly", "yes", "--appendfsync", "always"])
        let server = try #require(bench.server)
        let version = try bench.ask { bench.store.write([1], to: Self.key, for: .seconds(600), $0) }.get()
        let value = StateValue(bytes: [1], version: version)

        var outcomes: [Result<StateValue?, StateFailure>] = []
        var isStopped = false
        // What is under way at the end keeps the store, which the bench closes, and not the bench.
        let store = bench.store
        func next() {
            guard !isStopped else { return }
            store.read(Self.key) {
                outcomes.append($0)
                next()
            }
        }
        for _ in 0..<10 { next() }
        for _ in 0..<3 {
            server.kill()
            let before = outcomes.count
            try #require(bench.run { !bench.isReady && outcomes.count > before + 20 })
            try server.start()
            try #require(bench.run { bench.isReady && outcomes.last == .success(value) })
        }
        isStopped = true
        #expect(outcomes.allSatisfy { $0 == .success(value) || $0 == .failure(.unavailable) })
        #expect(outcomes.contains(.failure(.unavailable)))
    }

    @Test("that has lost all tells of new cut-offs to who has read the old ones")
    func loss() throws {
        let bench = try StoreBench(.redis)
        let server = try #require(bench.server)
        try bench.ask { bench.store.add(SharedCutOff(key: [1], lifetime: .seconds(60)), $0) }.get()
        let position = try bench.ask { bench.store.cutOffs(since: .start, $0) }.get().next
        server.kill()
        try #require(bench.run { !bench.isReady })
        try server.start()
        try #require(bench.run { bench.isReady })
        #expect(try bench.ask { bench.store.cutOffs(since: position, $0) }.get().cutOffs.isEmpty)
        try bench.ask { bench.store.add(SharedCutOff(key: [2], lifetime: .seconds(60)), $0) }.get()
        #expect(try bench.ask { bench.store.cutOffs(since: position, $0) }.get().cutOffs.map(\.key) == [[2]])
    }

    @Test("that has no memory left refuses what is new, and keeps what is there")
    func full() throws {
        let bench = try StoreBench(.redis)
        let server = try #require(bench.server)
        let version = try bench.ask { bench.store.write([1], to: Self.key, for: .seconds(60), $0) }.get()
        try Self.command(RedisCommand("CONFIG", .word("SET"), .word("maxmemory"), .number(1)), server)
        let other = ValueKey(.session, "another")
        #expect(try bench.ask { bench.store.write([2], to: other, for: .seconds(60), $0) } == .failure(.full))
        let claim = try bench.ask { bench.store.claim(ClaimKey(.used, "x"), for: .seconds(60), $0) }
        #expect(claim == .failure(.full))
        let value = try bench.ask { bench.store.read(Self.key, $0) }
        #expect(value == .success(StateValue(bytes: [1], version: version)))
    }

    @Test("AS19: has no name of a session, lock or identifier in its keys, and each kind under its own word")
    func names() throws {
        let bench = try StoreBench(.redis)
        let server = try #require(bench.server)
        _ = try bench.ask { bench.store.write([1], to: Self.key, for: .seconds(60), $0) }.get()
        for kind in [ClaimKind.lock, .used] {
            _ = try bench.ask { bench.store.claim(ClaimKey(kind, "a session"), for: .seconds(60), $0) }.get()
        }
        for kind in CutOffKind.allCases {
            try bench.ask { bench.store.add(SharedCutOff(kind, key: [1], lifetime: .seconds(60)), $0) }.get()
        }
        let reply = try Self.command(RedisCommand("KEYS", .word("*")), server)
        // printf 'a session' | sha256sum
        let digest = "1e2952b478968fb69e105423445683880726a3929232c26772e629d7ecf762cd"
        let expected = [
            "gatehouse:locks:\(digest)", "gatehouse:sessions:\(digest)", "gatehouse:used:\(digest)",
            "gatehouse:{cutoffs}:added", "gatehouse:{cutoffs}:ends", "gatehouse:{cutoffs}:list",
            "gatehouse:{grants}:added", "gatehouse:{grants}:ends", "gatehouse:{grants}:list",
        ]
        #expect(reply.elements?.compactMap(\.text).sorted() == expected)
    }

    @Test(
        "takes no reply for a value but a value, and logs the code of an error alone",
        arguments: [
            ("-NOPERM this user has no permissions: GET", "Redis refused a command: NOPERM"),
            ("-WRONGTYPE Operation against a key", "Redis refused a command: WRONGTYPE"),
            ("-oops gatehouse:sessions:x", "Redis refused a command: an unknown code"),
            (":5", "Redis answered what was not asked"), ("+OK", "Redis answered what was not asked"),
            ("$15\r\nnot-16-bytes-xx", "Redis answered what was not asked"),
            ("*0", "Redis answered what was not asked"),
        ]
    )
    func refusals(_ reply: String, _ message: String) throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { _, peer in peer.send(reply + "\r\n") }
        let file = try TemporaryLog()
        let settings = try StateSettings(url: "redis://127.0.0.1:\(server.port)")
        let store = try RedisStore(settings, transport: bench.transport, log: file.log)
        defer {
            store.close()
            server.close()
        }
        var outcome: Result<StateValue?, StateFailure>?
        store.read(Self.key) { outcome = $0 }
        try #require(bench.run { outcome != nil })
        #expect(outcome == .failure(.unavailable))
        let text = try file.text
        #expect(text.contains("\"event\":\"state_refused\"") && text.contains(message))
        #expect(!text.contains("sessions"))
    }

    @discardableResult
    private static func command(_ command: RedisCommand, _ server: RedisServer) throws -> RedisReply {
        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(port: server.port)
        return try bench.ask(command).get()
    }
}
