import Bytes
public import HTTPConnections
import Reactor
import Telemetry
import Transport

/// One server of an upstream on one worker: where it is, the connections to it, and the calls that wait for one.
public final class Endpoint: ClientConnectionOwner {
    /// How long a resolved name is used before it is resolved again, in milliseconds.
    static let resolveInterval: UInt64 = 10_000

    private let upstream: String
    public let server: ServerSettings
    /// What `host: upstream` sends.
    public let authority: [UInt8]
    private let security: Security
    private let services: UpstreamServices
    private var pool: ConnectionPool<ClientConnection, ClientCall>
    private var resolveAgain: UInt64 = 0

    /// `upstream` is the name of the entry that the server belongs to.
    init(
        _ server: ServerSettings,
        of upstream: String,
        settings: ServersSettings,
        security: Security,
        services: UpstreamServices
    ) {
        self.upstream = upstream
        self.server = server
        self.authority = [UInt8](server.authority.utf8)
        self.services = services
        self.security = security
        self.pool = ConnectionPool(
            limits: settings.limits.share(services.share),
            idleTimeout: settings.timeouts.pool.wholeMilliseconds,
            addresses: server.address.known
        )
        super.init()
        self.resolve()
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

    var connectionCount: Int { self.pool.connectionCount }
    /// Calls under way or waiting, for `least_request`.
    var load: Int { self.pool.load }

    var report: UpstreamReport.Server {
        UpstreamReport.Server(
            url: self.server.url,
            weight: self.server.weight,
            isHealthy: self.pool.hasAddresses,
            connections: self.pool.connectionCount,
            idle: self.pool.idleCount,
            waiting: self.pool.waitingCount
        )
    }

    // MARK: - Calls

    /// What became of a wish for a connection.
    public enum Acquired {
        /// The call is on a connection that stands: send.
        case ready
        /// A connection is being made: `connected` or `failed` comes later.
        case connecting
        /// It waits for a place: `connecting`, `connected` or `failed` comes later.
        case queued
        case failed(ClientFailure)
    }

    /// Puts `call` on a connection: the latest idle one, unless a `fresh` one is asked for.
    public func acquire(for call: ClientCall, fresh: Bool) -> Acquired {
        if !fresh, let connection = self.pool.popIdle(now: self.services.loop.milliseconds) {
            connection.take(call)
            return .ready
        }
        return self.connect(for: call, needsFresh: fresh)
    }

    private func connect(for call: ClientCall, needsFresh: Bool) -> Acquired {
        if case .unusable = self.security { return .failed(.unavailable) }
        if !self.pool.hasAddresses { self.resolve() }
        self.pool.makeRoom()?.close()
        switch self.pool.place(call, needsFresh: needsFresh) {
        case .queued: return .queued
        case .unavailable: return .failed(.unavailable)
        case .connect(let destination): return self.connect(call, to: destination) ? .connecting : .failed(.connect)
        }
    }

    /// Takes back a call that has no connection yet.
    public func cancel(_ call: ClientCall) {
        self.pool.cancel(call)
    }

    // MARK: - Connecting

    /// False when the system refuses at once.
    private func connect(_ call: ClientCall, to destination: Destination) -> Bool {
        do {
            let connection = try ClientConnection(
                to: destination.address,
                securedBy: self.makeSession,
                for: call,
                client: self.services.client,
                owner: self
            )
            connection.addressTurn = destination.turn
            connection.start()
            return true
        } catch {
            self.pool.failed(in: destination.turn)
            self.report("\(error)")
            return false
        }
    }

    private func reportFailure(of connection: ClientConnection) {
        let reason = connection.tlsFailure.map { "\($0)" } ?? connection.connectError.map { "\($0)" }
        self.report(reason ?? "no connection in time")
    }

    private func report(_ reason: String) {
        self.services.log?.report(
            .warning,
            "upstream_connect_failed",
            "\(self.server.url): \(reason)",
            [LogField("upstream", .text(self.upstream))]
        )
    }

    private func serveWaiting() {
        while let (call, destination) = self.pool.nextToConnect() {
            if self.connect(call, to: destination) { call.connecting() } else { call.failed(.connect) }
        }
    }

    // MARK: - ClientConnectionOwner

    public override func becameIdle(_ connection: ClientConnection) {
        switch self.pool.becameIdle(connection, now: connection.idleSince) {
        case .kept: return
        case .closes: connection.close()
        case .serves(let call):
            connection.take(call)
            call.connected()
        }
    }

    public override func closed(_ connection: ClientConnection) {
        if connection.couldNotBeMade {
            self.pool.failed(in: connection.addressTurn)
            self.reportFailure(of: connection)
        } else {
            self.pool.closed(connection)
        }
        self.serveWaiting()
    }

    // MARK: - Life

    func sweep(now: UInt64) {
        for connection in self.pool.expire(now: now) { connection.close() }
        if now >= self.resolveAgain { self.resolve() }
    }

    func retire() {
        for connection in self.pool.retire() { connection.close() }
    }

    // MARK: - Names

    /// Does nothing for a server that has an address instead of a name.
    private func resolve() {
        guard case .name(let name, let port) = self.server.address, self.pool.beginResolving() else { return }
        self.resolveAgain = self.services.loop.milliseconds + Self.resolveInterval
        self.services.resolver.resolve(name) { [weak self] addresses in
            self?.resolved(addresses.map { .ip($0, port: port) })
        }
    }

    private func resolved(_ addresses: [ConnectAddress]) {
        for call in self.pool.resolved(addresses) { call.failed(.unavailable) }
        self.serveWaiting()
    }
}

private typealias Destination = ConnectionPool<ClientConnection, ClientCall>.Destination

extension ServerAddress {
    /// The addresses that no name server is asked for.
    fileprivate var known: [ConnectAddress] {
        switch self {
        case .ip(let address, let port): [.ip(address, port: port)]
        case .unix(let path): [.unix(path: path)]
        case .name: []
        }
    }
}
