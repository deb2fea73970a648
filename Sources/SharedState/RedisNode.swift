import Bytes
import Reactor
import Transport
import Upstreams

/// Who uses a node, and is told of it.
class RedisNodeOwner {
    /// Its connection stands.
    func stands(_ node: RedisNode) {}
    /// Its connection was lost, or could not be made; it tries again by itself.
    func lost(_ node: RedisNode, _ reason: ConnectionEnd) {}
    /// A message of a subscription.
    func pushed(_ message: RedisReply, to node: RedisNode) {}
}

/// One server: the connection to it, made again whenever it is lost, and the commands that wait for it meanwhile.
final class RedisNode: RedisConnectionOwner {
    /// Nil as long as nobody knows it.
    private(set) var address: ServerAddress?
    private let services: RedisServices
    private let greeting: RedisGreeting
    weak var owner: RedisNodeOwner?
    private var state: RedisNodeState
    private var connection: RedisConnection?
    /// Those of the grace.
    private var waiting = WaitingRequests()
    /// Counts the attempts, so that what belongs to an earlier one is told from the latest.
    private var attempt: UInt = 0

    init(_ address: ServerAddress?, greeting: RedisGreeting, services: RedisServices) {
        self.address = address
        self.greeting = greeting
        self.services = services
        self.state = RedisNodeState(now: services.now)
    }

    /// Begins to connect. Must be called once, before the first `send`.
    func start() {
        self.services.keepTicking()
        self.connect()
    }

    var isReady: Bool { self.state.isReady }

    /// Whether there is nothing that a tick could change.
    var isQuiet: Bool { self.isReady && self.waiting.isEmpty && self.connection?.hasCommandsUnderWay != true }

    func send(_ request: RedisRequest) {
        switch self.state.admission(now: self.services.now) {
        case .sends:
            guard let connection = self.connection else { preconditionFailure("a ready node has a connection") }
            connection.send(request)
        case .fails: self.services.fail(request.completion, .unavailable)
        case .waits:
            if !self.waiting.append(request) { self.services.fail(request.completion, .overloaded) }
        }
        self.services.keepTicking()
    }

    /// Goes on at another address; what is under way fails, what waits goes there.
    func move(to address: ServerAddress) {
        if address != self.address { self.reconnect(to: address) }
    }

    /// As `move`, also to where it was.
    func reconnect(to address: ServerAddress) {
        guard self.state.phase != .closed else { return }
        self.address = address
        self.state.moved(now: self.services.now)
        self.dropConnection()
        self.connect()
    }

    /// The next attempt goes there.
    func retarget(to address: ServerAddress) {
        self.address = address
    }

    func tick(now: UInt64) {
        self.connection?.tick(now: now)
        if self.state.isGraceOver(now: now) { self.fail(self.waiting.takeAll(), .unavailable) }
        self.fail(self.waiting.takeLate(now: now), .late)
        switch self.state.tick(now: now) {
        case .nothing: return
        case .connects: self.connect()
        case .givesUp:
            self.dropConnection()
            self.failed(self.address == nil ? .masterUnknown : .timeout)
        }
    }

    /// For ever.
    func close() {
        self.state.close()
        self.dropConnection()
        self.fail(self.waiting.takeAll(), .unavailable)
    }

    // MARK: - RedisConnectionOwner

    override func stands(_ connection: RedisConnection) {
        guard connection === self.connection else { return }
        self.state.stood(now: self.services.now)
        for request in self.waiting.takeAll() { connection.send(request) }
        self.owner?.stands(self)
    }

    override func ended(_ connection: RedisConnection, _ reason: ConnectionEnd) {
        guard connection === self.connection else { return }
        self.connection = nil
        self.failed(reason)
    }

    override func pushed(_ message: RedisReply) {
        self.owner?.pushed(message, to: self)
    }

    // MARK: - Connecting

    private func connect() {
        self.attempt &+= 1
        switch self.address {
        case nil: self.failed(.masterUnknown)
        case .ip(let address, let port)?: self.connect(to: .ip(address, port: port))
        case .unix(let path)?: self.connect(to: .unix(path: path))
        case .name(let name, let port)?:
            let attempt = self.attempt
            self.services.resolver.resolve(name) { [weak self] addresses in
                self?.resolved(addresses, port, attempt)
            }
        }
    }

    private func resolved(_ addresses: [IPAddress], _ port: UInt16, _ attempt: UInt) {
        guard attempt == self.attempt, case .connecting = self.state.phase else { return }
        guard !addresses.isEmpty else { return self.failed(.nameUnknown) }
        // Each failure goes on to the next address of the name.
        self.connect(to: .ip(addresses[self.state.failures % addresses.count], port: port))
    }

    private func connect(to address: ConnectAddress) {
        do {
            let connection = try RedisConnection(
                to: address,
                securedBy: self.makeSession,
                greeting: self.greeting,
                services: self.services,
                owner: self
            )
            self.connection = connection
            connection.start()
        } catch {
            self.failed(.socket(error))
        }
    }

    private var makeSession: (() -> TLSSession)? {
        guard let tls = self.services.tls, let host = self.address?.host else { return nil }
        return { TLSSession(connecting: tls, to: host) }
    }

    private func failed(_ reason: ConnectionEnd) {
        self.attempt &+= 1
        self.state.lost(now: self.services.now, random: .random(in: 0...UInt64(UInt32.max)))
        self.services.report(self.address, reason)
        self.services.keepTicking()
        self.owner?.lost(self, reason)
    }

    // Without being told that it ended.
    private func dropConnection() {
        let connection = self.connection
        self.connection = nil
        connection?.close()
    }

    private func fail(_ requests: [RedisRequest], _ failure: RedisFailure) {
        for request in requests { self.services.fail(request.completion, failure) }
    }
}
