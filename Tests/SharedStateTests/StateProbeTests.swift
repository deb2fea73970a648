import Reactor
import Telemetry
import Testing

@testable import SharedState

@Suite("A look at the shared state")
struct StateProbeTests {
    private static func look(at url: String) throws -> Result<StateReport, StateTrouble> {
        let loop = EventLoop()
        let probe = try StateProbe(StateSettings(url: url), loop: loop)
        var outcome: Result<StateReport, StateTrouble>?
        probe.start {
            outcome = $0
            loop.stop()
        }
        loop.run()
        probe.close()
        loop.runOnce()
        return try #require(outcome)
    }

    private static func trouble(_ outcome: Result<StateReport, StateTrouble>) -> StateTrouble? {
        if case .failure(let trouble) = outcome { trouble } else { nil }
    }

    @Test("tells what a real one says of itself, and leaves nothing behind")
    func found() throws {
        let server = try RedisServer()
        server.arguments += ["--maxmemory-policy", "volatile-ttl"]
        try server.start()
        let report = try Self.look(at: "redis://127.0.0.1:\(server.port)/0").get()
        #expect(report.version?.contains(".") == true)
        #expect(report.evictionPolicy == "volatile-ttl")
        let clock = try #require(report.clock)
        #expect(abs(clock.seconds * 1000 - clock.asked) < 2000 && clock.asked <= clock.answered)

        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        #expect(try bench.ask([RedisCommand("DBSIZE")]) == [.success(.integer(0))])
    }

    @Test("says when a password is not known, a database is not there, and nobody is")
    func troubles() throws {
        let server = try RedisServer()
        try server.start()
        let place = "127.0.0.1:\(server.port)"
        #expect(try Self.trouble(Self.look(at: "redis://nobody:made-up@\(place)/0"))?.cause == .credentials)
        #expect(try Self.trouble(Self.look(at: "redis://\(place)/4711"))?.cause == .refused)
        server.kill()
        let nobody = try #require(try Self.trouble(Self.look(at: "redis://\(place)/0")))
        #expect(nobody.cause == .connection && nobody.words.contains("refused"))
    }

    @Test("believes nothing that is no answer of Redis, and no version that is none")
    func strange() throws {
        let loop = EventLoop()
        let replies = [
            "+OK\r\n", "GET", ":1\r\n", "*2\r\n$1\r\n7\r\n$1\r\n0\r\n", "+redis_version:7 or so\r\n", "-NOPERM no\r\n",
        ]
        var key = ""
        let server = try ScriptedRedis(loop: loop) { number, peer in
            // The value is the key, which the first command has.
            if number == 0 { key = peer.commands[0].split(separator: "\r\n")[4].description }
            peer.send(replies[number] == "GET" ? "$\(key.utf8.count)\r\n\(key)\r\n" : replies[number])
        }
        let probe = try StateProbe(StateSettings(url: "redis://127.0.0.1:\(server.port)/0"), loop: loop)
        var outcome: Result<StateReport, StateTrouble>?
        probe.start {
            outcome = $0
            loop.stop()
        }
        loop.run()
        probe.close()
        server.close()
        let report = try #require(outcome).get()
        #expect(report.clock?.seconds == 7)
        #expect(report.version == nil && report.evictionPolicy == nil)
    }
}
