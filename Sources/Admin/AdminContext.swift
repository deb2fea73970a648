import Bytes
import HTTP
import HTTPConnections
import Transport

/// The connections to the admin listeners: few, short-lived, and never more than a bound.
final class AdminContext: ServerContext {
    let pages: AdminPages
    private var connections: [ServerConnection] = []

    init(transport: TransportContext, pages: AdminPages) {
        self.pages = pages
        var timeouts = ServerTimeouts()
        timeouts.header = 5_000
        timeouts.bodyIdle = 5_000
        timeouts.writeIdle = 10_000
        timeouts.keepAlive = 30_000
        super.init(
            limits: HeadLimits(headerBytes: 16 * 1024, headerCount: 100, targetBytes: 2 * 1024),
            timeouts: timeouts,
            transport: transport
        )
    }

    func accepted(_ descriptor: Int32, from peer: IPAddress?, offer: AdminOffer) {
        self.transport.loop.refreshClock()
        let connection = ServerConnection(
            descriptor: descriptor,
            peer: peer,
            listenerIndex: offer.rawValue,
            server: self
        )
        if self.connections.count >= AdminServer.maximumConnections { self.makeRoom() }
        self.connections.append(connection)
        connection.start()
    }

    // Whoever has waited for the longest time goes: a probe must get through, whatever else is open.
    private func makeRoom() {
        let oldest = self.connections.min { ($0.isIdle ? 0 : 1, $0.deadline) < ($1.isIdle ? 0 : 1, $1.deadline) }
        oldest?.close()
    }

    override func connectionClosed(_ connection: ServerConnection) {
        self.connections.removeAll { $0 === connection }
    }

    override func takeRequest(for connection: ServerConnection) -> ServerRequest {
        self.transport.loop.refreshClock()
        return AdminRequest(context: self)
    }

    override func refuse(_ failure: ServerRequestFailure, on connection: ServerConnection) {
        let request = AdminRequest(context: self)
        connection.adopt(request)
        request.refuse(failure)
    }

    /// Looks at deadlines.
    func tick() {
        self.transport.loop.refreshClock()
        let now = self.transport.loop.milliseconds
        for connection in self.connections { connection.checkDeadline(now: now) }
    }

    func closeAll() {
        for connection in self.connections { connection.close() }
    }
}
