import Reactor
import Telemetry
import Transport

/// The shared state of several gateways: Redis, talked to from one loop. One for each worker, used on its thread alone.
///
/// Nothing is sent twice by itself, but for what a server has refused to carry out: whether a command may be repeated is
/// known to those who send it. Needs Redis 6 or newer.
final class RedisClient {
    /// How long a command may take when nobody says otherwise: Redis answers within a millisecond, or something is wrong.
    static let usualTimeout = Duration.seconds(1)

    private let services: RedisServices
    private let topology: RedisTopology
    private var isClosed = false

    /// Begins to connect, and tries for as long as it is not closed.
    ///
    /// Throws when TLS is wanted and cannot be had.
    init(
        _ settings: StateSettings,
        transport: TransportContext,
        log: OperationalLog? = nil
    ) throws(TLSProblem) {
        let services = try RedisServices(settings, transport: transport, log: log)
        self.services = services
        self.topology =
            switch settings.topology {
            case .single(let server): SingleServer(server, services: services)
            case .sentinel(let sentinels, let name): SentinelServers(sentinels, master: name, services: services)
            case .cluster(let seeds): ClusterServers(seeds, services: services)
            }
        services.tick = { [weak topology] now in topology?.tick(now: now) ?? false }
        self.topology.start()
    }

    deinit {
        precondition(self.isClosed, "a client of the shared state was released before it was closed")
    }

    /// Whether a command would be sent at once.
    var isReady: Bool { self.topology.isReady }

    /// Is told why a connection was lost, or could not be made, each time.
    var connectionFailed: (ConnectionEnd) -> Void {
        get { self.services.connectionFailed }
        set { self.services.connectionFailed = newValue }
    }

    /// Sends `command`. `completion` is called once, later, from the loop; within `timeout`, to the next tick of 50 ms.
    func send(
        _ command: RedisCommand,
        within timeout: Duration = RedisClient.usualTimeout,
        _ completion: @escaping RedisCompletion
    ) {
        let deadline = self.deadline(after: timeout)
        self.send(RedisRequest(command: command, deadline: deadline, completion: completion))
    }

    func deadline(after timeout: Duration) -> UInt64 { self.services.now + timeout.wholeMilliseconds }

    func send(_ request: RedisRequest) {
        guard !self.isClosed else { return self.services.fail(request.completion, .unavailable) }
        self.topology.send(request)
    }

    /// Makes `call` later, from the loop.
    func later(_ call: @escaping () -> Void) { self.services.later(call) }

    /// Closes all connections; what is under way fails before this returns.
    func close() {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.topology.close()
        self.services.stopTicking()
        self.services.makeCalls()
    }
}
