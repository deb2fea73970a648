import Bytes
import HTTPConnections
import Reactor
import Testing
import Transport

@testable import Upstreams

@Suite("Which server gets the next call")
struct UpstreamTests {
    /// An upstream whose servers are one port that listens, so that calls can be under way.
    private final class Bench {
        let loop = EventLoop()
        let server: ScriptedServer
        let upstream: Upstream
        private let transport: TransportContext
        private let services: UpstreamServices

        init(weights: [Int], balance: Balance) throws {
            self.server = try ScriptedServer(.silence, loop: self.loop)
            self.transport = TransportContext(loop: self.loop)
            self.services = UpstreamServices(client: ClientContext(transport: self.transport), loop: self.loop)
            let address = ServerAddress.ip(IPAddress(ipv4: 0x7f00_0001), port: self.server.port)
            var settings = ServersSettings(
                servers: weights.map { weight in
                    var server = ServerSettings(address: address, usesTLS: false, authority: "localhost")
                    server.weight = weight
                    return server
                }
            )
            settings.balance = balance
            self.upstream = Upstream(name: "app", settings: settings, services: self.services)
        }

        deinit { self.server.close() }

        func choices(_ count: Int, after failed: Endpoint? = nil) -> [Int] {
            (0..<count).map { _ in
                let chosen = self.upstream.choose(after: failed)
                return self.upstream.endpoints.firstIndex { $0 === chosen }!
            }
        }
    }

    @Test("round_robin takes turns by weight")
    func roundRobin() throws {
        let choices = try Bench(weights: [1, 2, 1], balance: .roundRobin).choices(40)
        #expect((0..<3).map { server in choices.count { $0 == server } } == [10, 20, 10])
        #expect(Array(choices[..<4]) == Array(choices[4..<8]), "turns repeat")
    }

    @Test("least_request takes the less busy one of two, whatever their weights")
    func leastRequest() throws {
        let bench = try Bench(weights: [5, 1], balance: .leastRequest)
        #expect(Set(bench.choices(200)) == [0, 1], "both are idle")
        let call = ClientCall()
        guard case .connecting = bench.upstream.endpoints[0].acquire(for: call, fresh: false) else {
            Issue.record("no connection is being made")
            return
        }
        #expect(Set(bench.choices(200)) == [1])
        call.connection?.abandon()
        #expect(Set(bench.choices(200)) == [0, 1])
    }

    @Test("another server than the failed one is chosen", arguments: [Balance.roundRobin, .leastRequest])
    func afterFailure(_ balance: Balance) throws {
        let bench = try Bench(weights: [4, 1, 1], balance: balance)
        #expect(Set(bench.choices(400, after: bench.upstream.endpoints[0])) == [1, 2])
    }

    @Test("the only server is chosen although it has failed")
    func only() throws {
        let bench = try Bench(weights: [1], balance: .roundRobin)
        #expect(bench.choices(2, after: bench.upstream.endpoints[0]) == [0, 0])
    }
}
