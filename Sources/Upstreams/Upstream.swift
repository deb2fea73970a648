public import HTTPConnections
public import Reactor
import Transport

/// One entry of `upstreams` on one worker: its servers, and which of them gets the next call.
public final class Upstream {
    public let name: String
    public let settings: ServersSettings
    public let timeouts: UpstreamDeadlines
    public let endpoints: [Endpoint]
    /// Endpoint indexes, each as often as its weight says.
    private let turns: [UInt16]
    private var turn = 0
    private var random = SystemRandomNumberGenerator()

    public init(name: String, settings: ServersSettings, services: UpstreamServices) {
        self.name = name
        self.settings = settings
        self.timeouts = UpstreamDeadlines(settings.timeouts)
        // What cannot be read was refused when the policy was checked. Should it fail now, https servers are unavailable.
        let tls = settings.servers.contains(where: \.usesTLS) ? try? TLSContext(client: settings.tls) : nil
        self.endpoints = settings.servers.map { server in
            let security: Endpoint.Security = server.usesTLS ? tls.map { .tls($0) } ?? .unusable : .plain
            return Endpoint(server, settings: settings, security: security, services: services)
        }
        self.turns = settings.servers.enumerated().flatMap { index, server in
            [UInt16](repeating: UInt16(index), count: server.weight)
        }
        if settings.balance == .roundRobin && self.turns.count > 1 {
            // Workers and restarts would otherwise all begin with the first server.
            self.turn = Int.random(in: 0..<self.turns.count)
        }
    }

    /// The endpoint for a call; another than `failed` when there is one.
    public func choose(after failed: Endpoint? = nil) -> Endpoint {
        if self.endpoints.count == 1 { return self.endpoints[0] }
        let chosen = self.settings.balance == .roundRobin ? self.nextInTurn() : self.leastOfTwo()
        guard let failed, chosen === failed else { return chosen }
        let others = self.endpoints.filter { $0 !== failed }
        return others[Int.random(in: 0..<others.count, using: &self.random)]
    }

    private func nextInTurn() -> Endpoint {
        self.turn = self.turn + 1 == self.turns.count ? 0 : self.turn + 1
        return self.endpoints[Int(self.turns[self.turn])]
    }

    // The power of two choices: almost as good as asking all, and no herd runs to the one idle server.
    private func leastOfTwo() -> Endpoint {
        let first = self.randomEndpoint()
        var second = self.randomEndpoint()
        // Two different ones; a few tries are enough unless the weights are far apart, and then one is as good.
        for _ in 0..<4 where second === first { second = self.randomEndpoint() }
        return second.load < first.load ? second : first
    }

    private func randomEndpoint() -> Endpoint {
        self.endpoints[Int(self.turns[Int.random(in: 0..<self.turns.count, using: &self.random)])]
    }

    public var connectionCount: Int { self.endpoints.reduce(0) { $0 + $1.connectionCount } }

    /// Called by the worker's tick.
    public func sweep(now: UInt64) {
        for endpoint in self.endpoints { endpoint.sweep(now: now) }
    }

    /// No policy names it any more: idle connections close, now and later.
    public func retire() {
        for endpoint in self.endpoints { endpoint.retire() }
    }
}

/// `timeouts` of an upstream, in milliseconds.
public struct UpstreamDeadlines: Sendable {
    public let connect: UInt64
    public let firstByte: UInt64
    public let idle: UInt64
    public let pool: UInt64

    init(_ timeouts: UpstreamTimeouts) {
        self.connect = timeouts.connect.wholeMilliseconds
        self.firstByte = timeouts.firstByte.wholeMilliseconds
        self.idle = timeouts.idle.wholeMilliseconds
        self.pool = timeouts.pool.wholeMilliseconds
    }
}

/// What the upstreams of one worker share.
public final class UpstreamServices {
    public let client: ClientContext
    public unowned let loop: EventLoop
    private var madeResolver: NameResolver?

    public init(client: ClientContext, loop: EventLoop) {
        self.client = client
        self.loop = loop
    }

    /// Made for the first name: most policies name addresses alone.
    var resolver: NameResolver {
        if let resolver = self.madeResolver { return resolver }
        let resolver = NameResolver(loop: self.loop)
        self.madeResolver = resolver
        return resolver
    }
}
