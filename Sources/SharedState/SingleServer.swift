import Upstreams

/// All commands go to one server.
final class SingleServer: RedisTopology {
    private let node: RedisNode

    init(_ address: ServerAddress, services: RedisServices) {
        self.node = RedisNode(
            address,
            greeting: RedisGreeting(services.settings, asksForRole: false),
            services: services
        )
    }

    override var isReady: Bool { self.node.isReady }
    override func start() { self.node.start() }
    override func send(_ request: RedisRequest) { self.node.send(request) }
    override func close() { self.node.close() }

    override func tick(now: UInt64) -> Bool {
        self.node.tick(now: now)
        return !self.node.isQuiet
    }
}
