import Transport

/// What an `Endpoint` keeps account of: connections, calls that wait for one, and addresses. It touches no socket: each
/// event says what is to be done.
///
/// A connection counts from `connect` on, until it has `closed` or `failed`.
struct ConnectionPool<Connection: AnyObject, Call: AnyObject> {
    private let limits: UpstreamLimits
    /// Milliseconds that a connection without a call is kept.
    private let idleTimeout: UInt64
    /// Last in, first out: the busiest connections stay warm, the others run out.
    private var idle: [(connection: Connection, since: UInt64)] = []
    private var waiting = WaitingQueue<Call>()
    private var addresses: AddressRotation
    private var isResolving = false
    private var isRetired = false
    private(set) var connectionCount = 0

    init(limits: UpstreamLimits, idleTimeout: UInt64, addresses: [ConnectAddress]) {
        self.limits = limits
        self.idleTimeout = idleTimeout
        self.addresses = AddressRotation(addresses)
    }

    var idleCount: Int { self.idle.count }
    var waitingCount: Int { self.waiting.count }
    /// Calls under way or waiting.
    var load: Int { self.connectionCount - self.idle.count + self.waiting.count }
    var hasAddresses: Bool { !self.addresses.isEmpty }

    private var hasRoom: Bool { self.connectionCount < self.limits.connections }

    // MARK: - Calls

    /// Where a connection is to be made to.
    struct Destination: Equatable {
        let address: ConnectAddress
        /// To be told when it fails.
        let turn: UInt
    }

    enum Placed: Equatable {
        case connect(Destination)
        case queued
        /// No place in the queue, or nothing to wait for.
        case unavailable
    }

    /// The connection that became idle last, which is idle no more. None that has been kept for too long: its server may be
    /// about to hang up.
    @inline(__always)
    mutating func popIdle(now: UInt64) -> Connection? {
        let last = self.idle.count - 1
        guard last >= 0, now < self.idle[last].since + self.idleTimeout else { return nil }
        return self.idle.removeLast().connection
    }

    /// A place for a call that found no idle connection, or needs a fresh one.
    mutating func place(_ call: Call, needsFresh: Bool = false) -> Placed {
        if let destination = self.nextDestination() { return .connect(destination) }
        guard self.hasAddresses || self.isResolving else { return .unavailable }
        guard self.waiting.count < self.limits.pending else { return .unavailable }
        self.waiting.append(call, needsFresh: needsFresh)
        return .queued
    }

    /// The connection that makes room for a fresh one by closing: the longest idle one, if all places are taken.
    mutating func makeRoom() -> Connection? {
        guard !self.hasRoom && !self.idle.isEmpty else { return nil }
        return self.idle.removeFirst().connection
    }

    /// The call that has waited for the longest time, if a connection can be made for it now.
    mutating func nextToConnect() -> (call: Call, destination: Destination)? {
        guard !self.waiting.isEmpty, let destination = self.nextDestination() else { return nil }
        guard let call = self.waiting.popFirst() else { preconditionFailure("somebody waits") }
        return (call, destination)
    }

    /// A call that may be waiting gives up.
    mutating func cancel(_ call: Call) {
        if !self.waiting.isEmpty { self.waiting.remove(call) }
    }

    private mutating func nextDestination() -> Destination? {
        guard self.hasRoom, let address = self.addresses.current else { return nil }
        self.connectionCount += 1
        return Destination(address: address, turn: self.addresses.turn)
    }

    // MARK: - Connections

    enum Returned {
        case kept
        /// It carries this call next.
        case serves(Call)
        /// Nobody needs it any more, or whoever is next needs a fresh one in its place.
        case closes
    }

    /// A connection has carried its call to the end. `now` is in milliseconds, here and below.
    @inline(__always)
    mutating func becameIdle(_ connection: Connection, now: UInt64) -> Returned {
        if !self.waiting.isEmpty {
            if self.waiting.firstNeedsFresh { return .closes }
            if let call = self.waiting.popFirst() { return .serves(call) }
        }
        if self.isRetired { return .closes }
        self.idle.append((connection, now))
        return .kept
    }

    /// A connection has closed for a reason that says nothing of its address.
    mutating func closed(_ connection: Connection) {
        self.connectionCount -= 1
        if let index = self.idle.lastIndex(where: { $0.connection === connection }) { self.idle.remove(at: index) }
    }

    /// No connection could be made: the next one tries another address.
    mutating func failed(in turn: UInt) {
        self.connectionCount -= 1
        self.addresses.failed(in: turn)
    }

    /// Those that have been idle for too long. They are to be closed, and are idle no more.
    mutating func expire(now: UInt64) -> [Connection] {
        // The oldest lie at the bottom.
        let timeout = self.idleTimeout
        return self.removeIdle(self.idle.firstIndex { now < $0.since + timeout } ?? self.idle.count)
    }

    /// Nobody will ask again but those who wait. Returns the connections that are to be closed.
    mutating func retire() -> [Connection] {
        self.isRetired = true
        return self.removeIdle(self.idle.count)
    }

    private mutating func removeIdle(_ count: Int) -> [Connection] {
        guard count > 0 else { return [] }
        defer { self.idle.removeFirst(count) }
        return self.idle.prefix(count).map(\.connection)
    }

    // MARK: - Names

    /// False when that is under way.
    mutating func beginResolving() -> Bool {
        defer { self.isResolving = true }
        return !self.isResolving
    }

    /// The name has been resolved; not so without addresses. Returns the calls that waited in vain.
    mutating func resolved(_ addresses: [ConnectAddress]) -> [Call] {
        self.isResolving = false
        self.addresses.replace(with: addresses)
        return self.hasAddresses ? [] : self.waiting.removeAll()
    }
}
