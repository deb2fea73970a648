import Bytes
import Cryptography
import Glibc
import HTTP
import HTTPConnections
import JOSE
import Login
import OAuth
import Policy
import Reactor
import SharedState
import Telemetry
import Transport
import Trust
import Upstreams

/// One thread with its own loop, listeners, pools, caches and counters. Workers share nothing on a warm request.
final class Worker: ServerContext {
    let index: Int
    let loop: EventLoop
    let accessLog: WorkerLog
    let log: OperationalLog
    let counters = WorkerCounters()
    let decisions = RecentDecisions()
    let upstreamServices: UpstreamServices
    var state: GatewayState
    var listeners: [ListenerState] = []
    private(set) var keys: KeyWaiters!
    let authorization = AuthorizationDesk()
    let login = LoginDesk()
    /// Sessions that ended before their time, whatever the policy.
    let cutOffs: CutOffs
    /// What servers of other gateways have revoked; nil for a gateway that is alone.
    let revocations: SharedRevocations?
    /// What this process shares with others, or what its workers share.
    let shared: any StateStore
    /// Whether it is known here what others have ended. While it is not, sessions are not judged.
    var knowsCutOffs: Bool
    /// Seals sessions where the policy has no keys. The same for all workers, whatever the policy.
    let sessionKey: SealingKey
    /// Shared with all workers.
    let usedProofs: UsedProofs
    var random = FastRandom()
    var clock = WallClock()
    /// Seconds since 1970, as of the latest tick.
    private(set) var wallSeconds: Int64 = 0

    private var dateSeconds: Int64 = -1
    private var dateLine: [UInt8] = []
    private(set) var doors: [Door] = []
    private(set) var connections = ConnectionTable()
    private(set) var active: [Exchange] = []
    private var spare: [Exchange] = []
    private var ticker: LoopTimer?
    private var ticks = 0
    /// Of what the policy allows the whole gateway.
    let share: WorkerShare
    var maximumConnections: Int
    var isDraining = false

    /// How often deadlines of requests under way are looked at, in milliseconds; those of waiting connections ten times as rarely.
    static let tickMilliseconds = 100
    /// Exchanges kept for the next requests.
    static let maximumSpareExchanges = 256

    init(
        index: Int,
        settings: GatewaySettings,
        workers: Int,
        rows: MetricRows,
        accessLog: LogWriter,
        log: OperationalLog,
        usedProofs: UsedProofs,
        sessionKey: SealingKey,
        shared: any StateStore,
        revocations: SharedRevocations? = nil,
        transport: TransportContext
    ) {
        self.index = index
        self.revocations = revocations
        self.cutOffs = CutOffs(revocations)
        self.usedProofs = usedProofs
        self.sessionKey = sessionKey
        self.shared = shared
        self.knowsCutOffs = !shared.isShared
        self.loop = transport.loop
        self.accessLog = WorkerLog(writer: accessLog)
        self.log = log
        self.share = WorkerShare(of: index, workers: workers)
        self.upstreamServices = UpstreamServices(
            client: ClientContext(transport: transport),
            loop: transport.loop,
            share: self.share,
            log: log
        )
        self.maximumConnections = settings.server.connections(self.share)
        self.state = GatewayState(
            settings,
            rows: rows,
            services: self.upstreamServices,
            former: nil,
            sessionKey: sessionKey,
            cutOffs: self.cutOffs
        )
        self.counters.adopt(rows)
        super.init(
            limits: HeadLimits(settings.server.limits),
            timeouts: ServerTimeouts(settings.server.timeouts),
            transport: transport
        )
        self.keys = KeyWaiters(worker: self)
        self.wallSeconds = WallClock.milliseconds / 1000
    }

    // One that never ran has not closed it.
    deinit { self.shared.close() }

    /// Starts to accept on `descriptor`.
    func open(_ listener: ListenerSettings, descriptor: Int32, tls: TLSContext?) {
        self.listeners.append(ListenerState(listener, port: Socket.port(of: descriptor), tls: tls))
        let door = Door(descriptor: descriptor, worker: self, listener: self.listeners.count - 1)
        self.doors.append(door)
        door.start()
    }

    /// Runs until the loop is stopped.
    func run() {
        self.ticker = LoopTimer(on: self.loop, after: .milliseconds(Self.tickMilliseconds), repeats: true) {
            [unowned self] in self.tick()
        }
        self.loop.run()
        self.ticker = nil
        self.accessLog.handOver()
        for connection in self.connections.all { connection.close() }
        self.spare = []
        self.shared.close()
    }

    // MARK: - Time

    private func tick() {
        self.loop.refreshClock()
        let now = self.loop.milliseconds
        self.wallSeconds = WallClock.milliseconds / 1000
        // From the end, because an exchange that ends leaves its place to the last one.
        for index in stride(from: self.active.count - 1, through: 0, by: -1) where index < self.active.count {
            self.active[index].checkDeadlines(now: now)
        }
        for door in self.doors { door.retry() }
        self.ticks += 1
        if self.ticks % 5 == 0 { self.accessLog.handOver() }
        guard self.ticks % 10 == 0 || self.isDraining else { return }
        for exchange in self.active { exchange.lookForResets() }
        for index in stride(from: self.connections.count - 1, through: 0, by: -1) where index < self.connections.count {
            self.connections.all[index].checkDeadline(now: now)
        }
        for upstream in self.state.upstreams { upstream.sweep(now: now) }
    }

    // MARK: - Connections

    func accepted(_ descriptor: Int32, from peer: IPAddress?, listener: Int) {
        self.loop.refreshClock()
        let hasRoom = self.connections.servedCount < self.maximumConnections || self.makeRoom()
        guard hasRoom || self.connections.refusedCount < Self.maximumRefusals else {
            Glibc.close(descriptor)
            return
        }
        let connection = ServerConnection(descriptor: descriptor, peer: peer, listenerIndex: listener, server: self)
        connection.isDraining = self.isDraining
        connection.isRefused = !hasRoom
        self.connections.add(connection)
        connection.start()
        if let tls = self.listeners[listener].tls { connection.secure(TLSSession(accepting: tls)) }
        if !hasRoom { connection.refuse(.overloaded) }
    }

    /// Connections that may be on their way out with a refusal, beside those that are served; with TLS it costs a handshake
    /// first. Whoever comes beyond that is closed without a word.
    static let maximumRefusals = 256

    /// The kept-alive connection that has been idle for the longest time makes room. False when there is none.
    func makeRoom() -> Bool {
        guard let connection = self.connections.takeLongestIdle() else { return false }
        connection.close()
        return true
    }

    override func connectionIsIdle(_ connection: ServerConnection) {
        self.connections.beganToWait(connection)
    }

    override func connectionClosed(_ connection: ServerConnection) {
        self.connections.remove(connection)
    }

    // MARK: - Exchanges

    override func takeRequest(for connection: ServerConnection) -> ServerRequest {
        self.nextExchange()
    }

    // Looks at the clock: a request begins.
    @inline(__always)
    private func nextExchange() -> Exchange {
        self.loop.refreshClock()
        return self.spare.popLast() ?? Exchange(worker: self, state: self.state)
    }

    func exchangeBegan(_ exchange: Exchange) {
        exchange.listIndex = self.active.count
        self.active.append(exchange)
    }

    func exchangeEnded(_ exchange: Exchange) {
        let index = exchange.listIndex
        guard index >= 0 else { return }
        let last = self.active.removeLast()
        if last !== exchange {
            self.active[index] = last
            last.listIndex = index
        }
        exchange.listIndex = -1
        if exchange.learned.hasWaitedForKeys { self.keys.remove(exchange) }
        if exchange.learned.endpointNumber != 0 { self.authorization.remove(exchange) }
        if exchange.learned.loginNumber != 0 { self.login.remove(exchange) }
    }

    func recycle(_ exchange: Exchange) {
        // One of an earlier policy would keep that alive.
        guard exchange.state === self.state, self.spare.count < Self.maximumSpareExchanges else {
            return self.loop.releaseAtEndOfTurn(exchange)
        }
        exchange.reset()
        self.spare.append(exchange)
    }

    /// Those kept for later would keep the old policy alive.
    func forgetSpareExchanges() {
        self.spare = []
    }

    override func refuse(_ failure: ServerRequestFailure, on connection: ServerConnection) {
        self.nextExchange().refuseUnread(failure, on: connection)
    }

    override func refuse(_ error: HTTPParseError, askedFor path: Span<UInt8>, on connection: ServerConnection) {
        let answersProxies = self.listeners[connection.listenerIndex].settings.forwardAuth != nil
        let form = answersProxies ? ForwardAuthForm(askedOn: path) : nil
        self.nextExchange().refuseUnread(.malformed(error), on: connection, askedBy: form)
    }

    // MARK: - Answers of the gateway's own

    /// `Date` (RFC 9110 6.6.1), for answers that no upstream made.
    func addDate(to connection: ServerConnection) {
        if self.dateSeconds != self.wallSeconds {
            self.dateSeconds = self.wallSeconds
            self.dateLine = HTTPDate.line(self.wallSeconds)
        }
        connection.addLines(self.dateLine)
    }
}
