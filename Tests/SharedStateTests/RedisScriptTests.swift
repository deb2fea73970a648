import Bytes
import Testing

@testable import SharedState

@Suite("A script for Redis", .serialized)
struct RedisScriptTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// The example of Redis' documentation of EVALSHA.
    @Test("is called by the SHA-1 of its text, with the number of its keys")
    func name() {
        let command = RedisScript("return redis.call('set','foo','bar')").short([[0x6B]], [.number(7)])
        var wire = ByteBuffer()
        command.write(to: &wire)
        let name = "2fa2b029f72572e803ff55a09b1282699aecae6a"
        let expected = "*5\r\n$7\r\nEVALSHA\r\n$40\r\n\(name)\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\n7\r\n"
        #expect(wire.withSpan { $0.string } == expected)
        #expect(command.key == [0x6B])
    }

    @Test("is sent as text once, and then by its name, for as long as the server knows it")
    func fallback() throws {
        let server = try RedisServer()
        try server.start()
        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })

        let script = RedisScript("return {KEYS[1], ARGV[1]}")
        func run() throws -> StateBench.Outcome {
            var outcome: StateBench.Outcome?
            bench.client.run(script, keys: [Self.bytes("k")], arguments: [.bytes(Self.bytes("v"))]) { outcome = $0 }
            try #require(bench.run { outcome != nil })
            return outcome!
        }
        let reply = StateBench.Outcome.success(.array([.bytes(Self.bytes("k")), .bytes(Self.bytes("v"))]))
        #expect(try run() == reply)
        #expect(try run() == reply)
        #expect(try Self.calls("eval", bench) == 1)
        #expect(try bench.ask(RedisCommand("SCRIPT", .word("FLUSH"))) == .success(.status("OK")))
        #expect(try run() == reply)
        #expect(try Self.calls("eval", bench) == 2)
    }

    @Test("another error than an unknown script is the reply")
    func error() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { _, peer in peer.send("-ERR user_script:1: no\r\n") }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        var outcome: StateBench.Outcome?
        bench.client.run(RedisScript("return 1"), keys: []) { outcome = $0 }
        try #require(bench.run { outcome != nil })
        #expect(try outcome?.get().errorCode == "ERR")
        #expect(server.peers[0].commands.count == 1)
    }

    /// How often the server has carried out a command, by its own count.
    private static func calls(_ name: String, _ bench: StateBench) throws -> Int? {
        let reply = try bench.ask(RedisCommand("INFO", .word("commandstats"))).get()
        let line = reply.text?.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_\(name):") }
        return line?.firstMatch(of: #/calls=(\d+)/#).flatMap { Int($0.1) }
    }
}
