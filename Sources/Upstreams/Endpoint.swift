import Bytes
public import HTTPConnections
import Reactor
import Transport

/// One server of an upstream on one worker: where it is, the connections to it, and the calls that wait for one.
public final class Endpoint: ClientConnectionOwner {
    /// How long a resolved name is used before it is resolved again, in milliseconds.
    static let resolveInterval: UInt64 = 10_000

    public let server: ServerSettings
    /// What `host: upstream` sends.
    public let authority: [UInt8]
    private let limits: UpstreamLimits
    private let poolTimeout: UInt64
    private let security: Security
    private var isRetired = false
    private let services: UpstreamServices
    /// Last in, first out: the busiest connections stay warm, the others run out.
    private var idle: [ClientConnection] = []
    private var connections = 0
    var connectionCount: Int { self.connections }
    private var waiting: [ClientCall] = []

    private var addresses: [ConnectAddress] = []
    private var nextAddress: UInt = 0
    private var isResolving = false
    private var resolveAgain: UInt64 = 0

    init(_ server: ServerSettings, settings: ServersSettings, security: Security, services: UpstreamServices) {
        self.server = server
        self.authority = [UInt8](server.authority.utf8)
        self.limits = settings.limits
        self.poolTimeout = settings.timeouts.pool.wholeMilliseconds
        self.services = services
        self.security = security
        super.init()
        switch server.address {
        case .ip(let ip, let port): self.addresses = [.ip(ip, port: port)]
        case .unix(let path): self.addresses = [.unix(path: path)]
        case .name: self.resolve()
        }
    }

    /// Whether and how connections are secured.
    enum Security {
        case plain
        case tls(TLSContext)
        /// TLS is wanted and cannot be had: nothing is ever sent in clear instead.
        case unusable
    }

    private var makeSession: (() -> TLSSession)? {
        guard case .tls(let context) = self.security else { return nil }
        let name = self.server.host
        return { TLSSession(connecting: context, to: name) }
    }

    /// Calls under way or waiting, for `least_request`.
    var load: Int { self.connections - self.idle.count + self.waiting.count }

    var report: UpstreamReport.Server {
        UpstreamReport.Server(
            url: self.server.url,
            weight: self.server.weight,
            isHealthy: !self.addresses.isEmpty,
            connections: self.connections,
            idle: self.idle.count,
            waiting: self.waiting.count
        )
    }

    /// What became of a wish for a connection.
    public enum Acquired {
        /// The call is on a connection that stands: send.
        case ready
        /// `connected` or `failed` comes later.
        case connecting
        case failed(ClientFailure)
    }

    /// Puts `call` on a connection: the latest idle one, unless a `fresh` one is asked for.
    public func acquire(for call: ClientCall, fresh: Bool) -> Acquired {
        if case .unusable = self.security { return .failed(.unavailable) }
        if !fresh, let connection = self.idle.popLast() {
            connection.take(call)
            return .ready
        }
        return self.connect(call)
    }

    /// Takes back a call that has no connection yet.
    public func cancel(_ call: ClientCall) {
        self.waiting.removeAll { $0 === call }
    }

    // MARK: - ClientConnectionOwner

    public override func becameIdle(_ connection: ClientConnection) {
        if self.isRetired && self.waiting.isEmpty { return connection.close() }
        self.idle.append(connection)
        guard !self.waiting.isEmpty, let next = self.idle.popLast() else { return }
        let call = self.waiting.removeFirst()
        next.take(call)
        call.connected()
    }

    public override func closed(_ connection: ClientConnection) {
        self.connections -= 1
        if !connection.isConnected { self.nextAddress &+= 1 }
        if let index = self.idle.lastIndex(where: { $0 === connection }) { self.idle.remove(at: index) }
        self.serveWaiting()
    }

    // MARK: - Life

    func sweep(now: UInt64) {
        // The oldest lie at the bottom.
        while let oldest = self.idle.first, now >= oldest.idleSince + self.poolTimeout {
            self.idle.removeFirst()
            oldest.close()
        }
        if now >= self.resolveAgain { self.resolve() }
    }

    func retire() {
        self.isRetired = true
        let connections = self.idle
        self.idle = []
        for connection in connections { connection.close() }
    }

    // MARK: - Connecting

    private func connect(_ call: ClientCall) -> Acquired {
        if self.connections >= self.limits.connections || self.addresses.isEmpty { return self.wait(call) }
        let address = self.addresses[Int(self.nextAddress % UInt(self.addresses.count))]
        do {
            let connection = try ClientConnection(
                to: address,
                securedBy: self.makeSession,
                for: call,
                client: self.services.client,
                owner: self
            )
            self.connections += 1
            connection.start()
            return .connecting
        } catch {
            self.nextAddress &+= 1
            return .failed(.connect)
        }
    }

    private func wait(_ call: ClientCall) -> Acquired {
        if self.addresses.isEmpty && !self.isResolving { self.resolve() }
        if self.addresses.isEmpty && !self.isResolving { return .failed(.unavailable) }
        // The name was known at once, from the hosts file.
        if !self.addresses.isEmpty && self.connections < self.limits.connections { return self.connect(call) }
        guard self.waiting.count < self.limits.pending else { return .failed(.unavailable) }
        self.waiting.append(call)
        return .connecting
    }

    private func serveWaiting() {
        while !self.waiting.isEmpty && !self.addresses.isEmpty && self.connections < self.limits.connections {
            let call = self.waiting.removeFirst()
            if case .failed(let failure) = self.connect(call) { call.failed(failure) }
        }
    }

    // MARK: - Names

    private func resolve() {
        guard case .name(let name, let port) = self.server.address, !self.isResolving else { return }
        self.isResolving = true
        self.resolveAgain = self.services.loop.milliseconds + Self.resolveInterval
        self.services.resolver.resolve(name) { [weak self] addresses in
            self?.resolved(addresses.map { .ip($0, port: port) })
        }
    }

    // What did resolve once is kept while the name servers fail.
    private func resolved(_ addresses: [ConnectAddress]) {
        self.isResolving = false
        if !addresses.isEmpty { self.addresses = addresses }
        guard self.addresses.isEmpty else { return self.serveWaiting() }
        let calls = self.waiting
        self.waiting = []
        for call in calls { call.failed(.unavailable) }
    }
}
