import Reactor
import Testing
import Transport

@testable import SharedState

@Suite("The client of the shared state, with peers that do wrong")
struct RedisClientTests {
    private static let ping = RedisCommand("PING")

    /// Asks a peer with this script, once it stands.
    private static func ask(
        _ commands: [RedisCommand],
        within timeout: Duration = .seconds(2),
        _ script: @escaping ScriptedRedis.Script
    ) throws -> [StateBench.Outcome] {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop, script)
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        return try bench.ask(commands, within: timeout)
    }

    @Test("what comes in pieces is one reply")
    func pieces() throws {
        let outcomes = try Self.ask([Self.ping, Self.ping]) { number, peer in
            if number == 0 { peer.send("$5\r\nhe") } else { peer.send("llo\r\n:7\r\n") }
        }
        #expect(outcomes == [.success(.bytes(Array("hello".utf8))), .success(.integer(7))])
    }

    @Test(
        "garbage, a reply that never ends its line, and one that is too large end the connection",
        arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\0", "*100000\r\n", "$-5\r\n"]
    )
    func garbage(_ text: String) throws {
        let outcomes = try Self.ask([Self.ping, Self.ping]) { number, peer in
            if number == 0 { peer.send(text) }
        }
        #expect(outcomes == [.failure(.unavailable), .failure(.unavailable)])
    }

    @Test("a reply that nobody asked for ends the connection, for the next would be taken for another's")
    func unasked() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { _, peer in peer.send(":1\r\n:2\r\n") }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        #expect(try bench.ask(Self.ping) == .success(.integer(1)))
        try #require(bench.run { server.peers.count == 2 && bench.client.isReady })
        #expect(try bench.ask(Self.ping) == .success(.integer(1)))
    }

    @Test("half a reply and the end fail what is under way, and nothing is sent again")
    func halfReply() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { _, peer in
            peer.send("$10\r\nhalf")
            peer.closeWhenSent()
        }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        #expect(try bench.ask(Self.ping) == .failure(.unavailable))
        try #require(bench.run { server.peers.count == 2 && bench.client.isReady })
        #expect(server.peers[1].commands.isEmpty)
    }

    @Test("no reply is late, and when it comes at last it is nobody's")
    func late() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { number, peer in
            if number == 1 { peer.send(":111\r\n:222\r\n") }
        }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        #expect(try bench.ask(Self.ping, within: .milliseconds(60)) == .failure(.late))
        #expect(try bench.ask(Self.ping) == .success(.integer(222)))
        #expect(server.peers.count == 1)
    }

    @Test("a peer that takes connections and says nothing is no server: commands fail after the grace")
    func mutePeer() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop, greets: false) { _, _ in }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        #expect(try bench.ask(Self.ping, within: .seconds(5)) == .failure(.unavailable))
        #expect(!bench.client.isReady)
        let before = MonotonicClock.nanoseconds
        #expect(try bench.ask(Self.ping, within: .seconds(5)) == .failure(.unavailable))
        #expect(MonotonicClock.nanoseconds - before < 200_000_000, "after the grace it fails at once")
    }

    @Test("a command that waits for the first connection can be late before the grace is over")
    func lateInGrace() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop, greets: false) { _, _ in }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        #expect(try bench.ask(Self.ping, within: .milliseconds(1)) == .failure(.late))
    }

    @Test("more commands than are allowed are refused, and the others answered")
    func overload() throws {
        let most = CommandQueue<Int>.maximumCount
        let outcomes = try Self.ask([RedisCommand](repeating: Self.ping, count: most + 2)) { number, peer in
            if number == most - 1 { peer.send(String(repeating: "+OK\r\n", count: most)) }
        }
        #expect(outcomes.prefix(most).allSatisfy { $0 == .success(.status("OK")) })
        #expect(outcomes.suffix(2).allSatisfy { $0 == .failure(.overloaded) })
    }

    @Test("as many commands as allowed wait for a connection, and go out in their order when it stands")
    func waiting() throws {
        let bench = StateBench()
        let most = WaitingRequests.maximumCount
        let server = try ScriptedRedis(loop: bench.loop) { number, peer in peer.send(":\(number)\r\n") }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        let outcomes = try bench.ask([RedisCommand](repeating: Self.ping, count: most + 1))
        #expect(outcomes.prefix(most) == (0..<most).map { .success(.integer(Int64($0))) }[...])
        #expect(outcomes.last == .failure(.overloaded))
    }

    @Test("more bytes than may wait are refused")
    func overloadOfBytes() throws {
        let large = RedisCommand("SET", .bytes([UInt8](repeating: 0x78, count: RedisConnection.maximumUnsentBytes)))
        #expect(try Self.ask([large]) { _, _ in } == [.failure(.overloaded)])
    }

    @Test(
        "a server that cannot serve now is unavailable, whatever it says of the reason",
        arguments: [
            "CLUSTERDOWN Hash slot not served", "LOADING Redis is loading", "TRYAGAIN", "MASTERDOWN x", "READONLY",
        ]
    )
    func notNow(_ text: String) throws {
        let outcomes = try Self.ask([Self.ping]) { _, peer in peer.send("-\(text)\r\n") }
        #expect(outcomes == [.failure(.unavailable)])
    }

    @Test("closing fails what is under way before it returns, and what comes after it later")
    func closing() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { _, _ in }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        var outcome: StateBench.Outcome?
        bench.client.send(Self.ping) { outcome = $0 }
        bench.client.close()
        #expect(outcome == .failure(.unavailable))
        #expect(try bench.ask(Self.ping) == .failure(.unavailable))
    }

    @Test("a command that is sent while the client closes is told, also when the client is gone")
    func closingWithMore() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { _, _ in }
        defer { server.close() }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        var outcome: StateBench.Outcome?
        bench.client.send(Self.ping) { [unowned bench] _ in bench.client.send(Self.ping) { outcome = $0 } }
        bench.close()
        #expect(bench.client == nil)
        #expect(bench.run { outcome != nil })
        #expect(outcome == .failure(.unavailable))
    }

    @Test("closing from inside of a reply is safe, with more replies behind it")
    func closingInside() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { number, peer in
            if number == 2 { peer.send("+OK\r\n+OK\r\n+OK\r\n") }
        }
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        var outcomes: [StateBench.Outcome] = []
        for _ in 0..<3 {
            bench.client.send(Self.ping) {
                outcomes.append($0)
                bench.client.close()
            }
        }
        try #require(bench.run { outcomes.count == 3 })
        #expect(outcomes == [.success(.status("OK")), .failure(.unavailable), .failure(.unavailable)])
    }
}
