import Bytes
import Gateway
import Glibc
import HTTP
import HTTPConnections
public import Reactor
import Telemetry
public import Transport

/// Why the admin address could not be opened.
public struct AdminStartError: Error, CustomStringConvertible {
    public let key: StaticString
    public let address: ListenAddress
    public let error: SocketError

    /// Whether somebody else listens there.
    public var isTaken: Bool { self.error.number == EADDRINUSE }

    public var description: String { "admin.\(self.key): \(self.address): \(self.error)" }
}

/// Health, metrics and what is to be seen, on the control loop: a busy worker does not silence them, and asking costs
/// the requests next to nothing.
public final class AdminServer {
    /// Dashboards, scrapers and probes are few. Whoever opens more closes those that have waited longest.
    static let maximumConnections = 64
    /// How often deadlines are looked at.
    static let tick: Duration = .seconds(1)

    private let transport: TransportContext
    private let context: AdminContext
    private var doors: [AdminDoor] = []
    private var ticker: LoopTimer?

    /// Opens the listeners of `settings`. Nothing is open when it throws.
    public init(_ settings: AdminSettings, on loop: EventLoop, pages: AdminPages) throws(AdminStartError) {
        self.transport = TransportContext(loop: loop)
        self.context = AdminContext(transport: self.transport, pages: pages)
        do throws(AdminStartError) {
            try self.open(settings.address, "address", .everything)
            if let probes = settings.probes { try self.open(probes, "probes", .probes) }
        } catch {
            self.stop()
            throw error
        }
        let context = self.context
        self.ticker = LoopTimer(on: loop, after: Self.tick, repeats: true) { context.tick() }
    }

    deinit { self.stop() }

    /// Closes the listeners and all connections.
    public func stop() {
        self.ticker = nil
        for door in self.doors { door.stop() }
        self.doors = []
        self.context.closeAll()
    }

    private func open(_ address: ListenAddress, _ key: StaticString, _ offer: AdminOffer) throws(AdminStartError) {
        do throws(SocketError) {
            let descriptor = try Socket.listen(on: address, sharesPort: false)
            let door = AdminDoor(descriptor: descriptor, offer: offer, context: self.context)
            self.doors.append(door)
            door.start()
        } catch {
            throw AdminStartError(key: key, address: address, error: error)
        }
    }
}

/// Which pages a listener has.
enum AdminOffer: Int {
    case everything
    /// `/healthz`, `/readyz` and `/metrics` alone.
    case probes
}

private final class AdminDoor: Listener {
    private let offer: AdminOffer
    private unowned let context: AdminContext

    init(descriptor: Int32, offer: AdminOffer, context: AdminContext) {
        self.offer = offer
        self.context = context
        super.init(descriptor: descriptor, loop: context.transport.loop)
    }

    override func accepted(_ descriptor: Int32, from peer: IPAddress?) {
        self.context.accepted(descriptor, from: peer, offer: self.offer)
    }
}
