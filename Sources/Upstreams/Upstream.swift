public import HTTPConnections
public import Reactor
public import Telemetry
import Transport

/// One entry of `upstreams` on one worker: its servers, and which of them gets the next call.
public final class Upstream {
    public let name: String
    public let settings: ServersSettings
    public let timeouts: UpstreamDeadlines
    public let endpoints: [Endpoint]
    private var turns: WeightedTurns

    public init(name: String, settings: ServersSettings, services: UpstreamServices) {
        self.name = name
        self.settings = settings
        self.timeouts = UpstreamDeadlines(settings.timeouts)
        // What cannot be read was refused when the policy was checked. Should it fail now, https servers are unavailable.
        let tls = settings.servers.contains(where: \.usesTLS) ? Self.context(settings.tls, name, services.log) : nil
        self.endpoints = settings.servers.map { server in
            let security: Endpoint.Security = server.usesTLS ? tls.map { .tls($0) } ?? .unusable : .plain
            return Endpoint(server, of: name, settings: settings, security: security, services: services)
        }
        self.turns = WeightedTurns(weights: settings.servers.map(\.weight))
    }

    private static func context(_ settings: ClientTLSSettings, _ name: String, _ log: OperationalLog?) -> TLSContext? {
        do {
            return try TLSContext(client: settings)
        } catch {
            log?.report(.error, "upstream_tls_unusable", "\(error)", [LogField("upstream", .text(name))])
            return nil
        }
    }

    /// The endpoint for a call; another than `failed` when there is one.
    public func choose(after failed: Endpoint? = nil) -> Endpoint {
        if self.endpoints.count == 1 { return self.endpoints[0] }
        let chosen = self.settings.balance == .roundRobin ? self.turns.next() : self.leastOfTwo()
        guard self.endpoints[chosen] === failed else { return self.endpoints[chosen] }
        return self.endpoints[self.turns.any(except: chosen)]
    }

    // The power of two choices: almost as good as asking all, and no herd runs to the one idle server.
    private func leastOfTwo() -> Int {
        let first = self.turns.any()
        let second = self.turns.any(except: first)
        return self.endpoints[second].load < self.endpoints[first].load ? second : first
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
    /// The worker's part of what the policy allows the whole gateway.
    let share: WorkerShare
    /// Why an upstream cannot be reached is said here.
    let log: OperationalLog?
    private var madeResolver: NameResolver?

    public init(
        client: ClientContext,
        loop: EventLoop,
        share: WorkerShare = WorkerShare(of: 0, workers: 1),
        log: OperationalLog? = nil
    ) {
        self.client = client
        self.loop = loop
        self.share = share
        self.log = log
    }

    /// Made for the first name: most policies name addresses alone.
    var resolver: NameResolver {
        if let resolver = self.madeResolver { return resolver }
        let resolver = NameResolver(loop: self.loop)
        self.madeResolver = resolver
        return resolver
    }
}
