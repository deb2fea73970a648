import Bytes
import Foundation
import Testing
import Upstreams

@testable import SharedState

@Suite("The client of the shared state, with a cluster", .serialized)
struct RedisClusterTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Three nodes that share the slots, each with a client that talks to it alone.
    private final class Cluster {
        let servers: [RedisServer]
        let direct: [StateBench]

        init() throws {
            self.servers = try (0..<3).map { _ in try RedisServer() }
            self.direct = servers.map { _ in StateBench() }
            for (server, bench) in zip(self.servers, self.direct) {
                server.arguments = [
                    "--bind", "127.0.0.1", "--port", "\(server.port)", "--cluster-enabled", "yes", "--save", "",
                    "--cluster-port", "\(try RedisServer.freePort())", "--dir", server.directory.path,
                ]
                try server.start()
                try bench.connect(port: server.port)
                try #require(bench.run { bench.client.isReady })
            }
            try self.join()
        }

        deinit { for bench in self.direct { bench.close() } }

        private func join() throws {
            let tool = Process()
            tool.executableURL = URL(filePath: "/usr/bin/redis-cli")
            tool.arguments = ["--cluster", "create"] + self.servers.map { "127.0.0.1:\($0.port)" } + ["--cluster-yes"]
            tool.standardOutput = FileHandle.nullDevice
            tool.standardError = FileHandle.nullDevice
            try tool.run()
            tool.waitUntilExit()
            try #require(tool.terminationStatus == 0, "redis-cli could not make a cluster")
            for bench in self.direct { try #require(try self.waitUntilServing(bench)) }
        }

        // Each node finds out for itself that all slots are served.
        private func waitUntilServing(_ bench: StateBench) throws -> Bool {
            for _ in 0..<1000 {
                let reply = try bench.ask(RedisCommand("CLUSTER", .word("INFO"))).get()
                if reply.text?.contains("cluster_state:ok") == true { return true }
                bench.run(limit: .milliseconds(10)) { false }
            }
            return false
        }

        func identifier(of index: Int) throws -> [UInt8] {
            let reply = try self.direct[index].ask(RedisCommand("CLUSTER", .word("MYID"))).get()
            return RedisClusterTests.bytes(try #require(reply.text))
        }

        /// Which server has that slot, by its own word.
        func owner(of slot: Int) throws -> Int {
            let reply = try self.direct[0].ask(RedisCommand("CLUSTER", .word("SLOTS"))).get()
            let table = try #require(SlotTable(reply, from: .name("localhost", port: 1)))
            let address = table.owner(of: slot)
            return try #require(
                self.servers.firstIndex { address == .ip(IPAddress(ipv4: 0x7f00_0001), port: $0.port) }
            )
        }

        func setSlot(_ slot: Int, on index: Int, _ state: StaticString, _ node: [UInt8]) throws {
            let command = RedisCommand(
                "CLUSTER",
                .word("SETSLOT"),
                .number(Int64(slot)),
                .word(state),
                .bytes(node)
            )
            #expect(try self.direct[index].ask(command) == .success(.status("OK")))
        }

        func connect(_ bench: StateBench) throws {
            try bench.connect(StateSettings(url: "redis+cluster://127.0.0.1:\(self.servers[0].port)"))
            try #require(bench.run { bench.client.isReady })
        }
    }

    @Test("finds the node of each key, and follows a slot that moves and one that is on its way")
    func slots() throws {
        let cluster = try Cluster()
        let bench = StateBench()
        defer { bench.close() }
        try cluster.connect(bench)

        let keys = (0..<300).map { Self.bytes("key:\($0)") }
        let stored = try bench.ask(keys.map { RedisCommand("SET", .key($0), .bytes($0)) })
        #expect(stored.allSatisfy { $0 == .success(.status("OK")) })
        #expect(try bench.ask(keys.map { RedisCommand("GET", .key($0)) }) == keys.map { .success(.bytes($0)) })

        try Self.onItsWay(cluster, bench)
        try Self.moved(cluster, bench)
        try Self.away(cluster, bench)
    }

    /// Without one node its slots are unavailable, and the others are served.
    private static func away(_ cluster: Cluster, _ bench: StateBench) throws {
        let owner = try cluster.owner(of: HashSlot.of(Self.bytes("foo")))
        let other = try #require(
            ["bar", "somekey", "hash_tag"].first { try cluster.owner(of: HashSlot.of(Self.bytes($0))) != owner }
        )
        cluster.servers[owner].kill()
        let outcomes = try bench.ask(
            ["foo", other].map { RedisCommand("STRLEN", .key(Self.bytes($0))) },
            within: .seconds(5)
        )
        #expect(outcomes == [.failure(.unavailable), .success(.integer(0))])
    }

    /// A key that is not there yet is asked for at the node that the slot moves to (ASK).
    private static func onItsWay(_ cluster: Cluster, _ bench: StateBench) throws {
        let key = Self.bytes("{on-its-way}")
        let slot = HashSlot.of(key)
        let source = try cluster.owner(of: slot)
        let target = (source + 1) % 3
        try cluster.setSlot(slot, on: target, "IMPORTING", try cluster.identifier(of: source))
        try cluster.setSlot(slot, on: source, "MIGRATING", try cluster.identifier(of: target))
        let outcomes = try bench.ask([RedisCommand("SET", .key(key), .bytes([1])), RedisCommand("GET", .key(key))])
        #expect(outcomes == [.success(.status("OK")), .success(.bytes([1]))])
        let there = try cluster.direct[target].ask(
            RedisCommand("CLUSTER", .word("COUNTKEYSINSLOT"), .number(Int64(slot)))
        )
        #expect(there == .success(.integer(1)))
    }

    /// The node that had the slot says where it is now (MOVED).
    private static func moved(_ cluster: Cluster, _ bench: StateBench) throws {
        let key = Self.bytes("{moved}")
        let slot = HashSlot.of(key)
        let source = try cluster.owner(of: slot)
        let target = (source + 1) % 3
        let identifier = try cluster.identifier(of: target)
        try cluster.setSlot(slot, on: target, "NODE", identifier)
        try cluster.setSlot(slot, on: source, "NODE", identifier)
        #expect(try bench.ask(RedisCommand("SET", .key(key), .bytes([1]))) == .success(.status("OK")))
        #expect(try cluster.direct[target].ask(RedisCommand("GET", .key(key))) == .success(.bytes([1])))
    }

    @Test("follows no more redirections than are allowed")
    func endless() throws {
        let bench = StateBench()
        var port: UInt16 = 0
        let server = try ScriptedRedis(loop: bench.loop) { _, peer in peer.send("-MOVED 5 127.0.0.1:\(port)\r\n") }
        port = server.port
        defer {
            bench.close()
            server.close()
        }
        try bench.connect(StateSettings(url: "redis+cluster://127.0.0.1:\(port)"))
        #expect(try bench.ask(RedisCommand("GET", .key([1]))) == .failure(.unavailable))
        let asked = server.peers[0].commands.count { $0.contains("GET") }
        #expect(asked == ClusterServers.maximumRedirections + 1)
    }

    @Test("a server that is no cluster answers all the same, and one that is away is unavailable")
    func noCluster() throws {
        let bench = StateBench()
        let server = try ScriptedRedis(loop: bench.loop) { _, peer in
            peer.send(peer.commands.last!.contains("SLOTS") ? "-ERR no cluster\r\n" : ":1\r\n")
        }
        defer { bench.close() }
        try bench.connect(StateSettings(url: "redis+cluster://127.0.0.1:\(server.port)"))
        #expect(try bench.ask(RedisCommand("GET", .key([1]))) == .success(.integer(1)))
        server.close()
        #expect(try bench.ask(RedisCommand("GET", .key([1])), within: .seconds(5)) == .failure(.unavailable))
    }
}
