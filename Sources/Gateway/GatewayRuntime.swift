public import AuthorizationServer
import CSystem
public import Cryptography
import Glibc
public import Login
public import Reactor
public import SharedState
public import Telemetry
public import Transport
public import Trust

/// Why the gateway could not start.
public enum StartError: Error, CustomStringConvertible {
    case listen(listener: String, address: ListenAddress, SocketError)
    case tls(listener: String, TLSProblem)
    case state(TLSProblem)

    public var description: String {
        switch self {
        case .listen(let listener, let address, let error): "listeners.\(listener): \(address): \(error)"
        case .tls(let listener, let problem): "listeners.\(listener).tls: \(problem)"
        case .state(let problem): "state.url: \(problem)"
        }
    }

    /// Whether somebody else listens there.
    public var isTaken: Bool {
        switch self {
        case .listen(_, _, let error): error.number == EADDRINUSE
        case .tls, .state: false
        }
    }
}

/// The workers of one process, as its control thread sees them: started, given new policies, asked for their counts, drained.
public final class GatewayRuntime {
    public internal(set) var settings: GatewaySettings
    public internal(set) var labels: MetricLabels
    public let accessLog: LogWriter
    private let log: OperationalLog
    let control: EventLoop
    let tickets = TLSTicketKeys()
    private let usedProofs = UsedProofs()
    /// Of sessions whose policy has no keys.
    public let sessionKey = SealingKey.generate()
    private(set) var workers: [WorkerHandle] = []
    private var drainTimer: LoopTimer?
    public private(set) var isDraining = false
    /// What all workers and the control loop share, among them or with other processes.
    public let shared: StatePlace
    /// What servers of other gateways have revoked; nil for a gateway that is alone.
    public let revocations: SharedRevocations?
    /// Signs browsers in. Nil without `login`, which a reload may bring and take away.
    public var login: LoginService?
    /// What signed browsers in while the policy had `login`. It knows who was signed out, for when that comes back.
    public var restingLogin: LoginService?

    public init(settings: GatewaySettings, control: EventLoop, accessLog: LogWriter, log: OperationalLog) {
        self.settings = settings
        self.shared = StatePlace(settings.state)
        self.revocations = settings.state == nil ? nil : SharedRevocations()
        self.control = control
        self.accessLog = accessLog
        self.log = log
        self.labels = MetricLabels(
            codes: RefusalNames.all,
            pathReasons: RefusalNames.pathReasons
        )
    }

    /// Opens the listeners and starts the workers. Nothing runs when it throws.
    ///
    /// - Parameters:
    ///   - keys: Where workers wish for keys of other issuers.
    ///   - server: The authorization server of this process, if there is one.
    public func start(
        asking keys: (@Sendable (KeyRequest) -> Void)?,
        server: AuthorizationService? = nil
    ) throws(StartError) {
        let count = self.settings.server.workers ?? Self.usableProcessors
        let rows = MetricRows(self.settings, &self.labels)
        for index in 0..<count {
            let transport = TransportContext(loop: EventLoop())
            let shared = try self.sharedState(transport)
            let worker = Worker(
                index: index,
                settings: self.settings,
                workers: count,
                rows: rows,
                accessLog: self.accessLog,
                log: self.log,
                usedProofs: self.usedProofs,
                sessionKey: self.sessionKey,
                shared: shared,
                revocations: self.revocations,
                transport: transport
            )
            worker.keys.ask = keys
            let handle = WorkerHandle(worker: worker, transport: transport)
            if let server { handle.connect(to: server) }
            handle.connect(to: self)
            self.workers.append(handle)
        }
        for listener in self.settings.listeners { try self.open(listener) }
        for worker in self.workers { worker.start() }
    }

    /// What is shared, for the loop of `transport`.
    public func sharedState(_ transport: TransportContext) throws(StartError) -> any StateStore {
        do throws(TLSProblem) {
            return try self.shared.store(transport, log: self.log)
        } catch {
            throw .state(error)
        }
    }

    private func open(_ listener: ListenerSettings) throws(StartError) {
        let isTCP = if case .ip = listener.address { true } else { false }
        do throws(SocketError) {
            // SO_REUSEPORT would let a second gateway take half of the connections unseen.
            if isTCP { try Socket.checkFree(listener.address) }
            let first = try Socket.listen(on: listener.address, sharesPort: isTCP)
            let address = listener.address.with(port: Socket.port(of: first))
            self.workers[0].descriptors.append((listener, first))
            for worker in self.workers.dropFirst() {
                let descriptor = isTCP ? try Socket.listen(on: address, sharesPort: true) : try Socket.share(first)
                worker.descriptors.append((listener, descriptor))
            }
        } catch {
            throw .listen(listener: listener.name, address: listener.address, error)
        }
        do throws(TLSProblem) {
            for worker in self.workers { try worker.openLatest(self.tickets) }
        } catch {
            throw .tls(listener: listener.name, error)
        }
    }

    /// New keys of an issuer, or the news that there are none.
    public func keysArrived(_ update: KeyUpdate) {
        for worker in self.workers { worker.post { $0.keysArrived(update) } }
    }

    /// A wish for keys was dealt with.
    public func keysAnswered(_ issuer: String, quietFor quiet: Duration) {
        for worker in self.workers { worker.post { $0.keys.answered(issuer, quietFor: quiet) } }
    }

    /// What the authorization server issues from now on.
    public func adopt(_ snapshot: AuthorizationSnapshot) {
        for worker in self.workers { worker.post { $0.adopt(snapshot) } }
    }

    /// What servers of other gateways have revoked.
    public func tell(_ news: RevocationNews) {
        for worker in self.workers { worker.post { $0.learn(news) } }
        if case .revoked(let grants) = news { (self.login ?? self.restingLogin)?.forget(revoked: grants) }
    }

    /// What there is to know about sessions.
    public func tell(_ news: LoginNews) {
        for worker in self.workers { worker.post { $0.learn(news) } }
    }

    // MARK: - Drain

    /// Stops accepting after `drain_delay`, waits for requests under way for `drain_timeout`, and says whether all ended.
    public func drain(_ completion: @escaping (_ isClean: Bool) -> Void) {
        guard !self.isDraining else { return }
        self.isDraining = true
        for worker in self.workers { worker.post { $0.beginDrain() } }
        self.drainTimer = LoopTimer(on: self.control, after: self.settings.server.drainDelay) { [unowned self] in
            for worker in self.workers { worker.post { $0.stopAccepting() } }
            self.awaitEnd(
                until: MonotonicClock.nanoseconds + self.settings.server.drainTimeout.wholeMilliseconds * 1_000_000,
                completion
            )
        }
    }

    private func awaitEnd(until deadline: UInt64, _ completion: @escaping (Bool) -> Void) {
        self.drainTimer = LoopTimer(on: self.control, after: .milliseconds(20), repeats: true) { [unowned self] in
            self.countBusyConnections { connections in
                guard self.drainTimer != nil else { return }
                if connections > 0 && MonotonicClock.nanoseconds < deadline { return }
                self.drainTimer = nil
                completion(connections == 0)
            }
        }
    }

    /// Ends the workers' loops and waits for their threads.
    public func stop() {
        for worker in self.workers { worker.post { $0.loop.stop() } }
        for worker in self.workers { worker.join() }
        self.workers = []
    }

    private static var usableProcessors: Int {
        var set = cpu_set_t()
        let result = sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set)
        guard result == 0 else { return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
        return max(1, withUnsafeBytes(of: set) { bytes in bytes.reduce(0) { $0 + $1.nonzeroBitCount } })
    }
}
