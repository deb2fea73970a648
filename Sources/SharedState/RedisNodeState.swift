/// Whether one server can be talked to, and when to try again, without its sockets. `RedisNode` does what it says.
/// Times are milliseconds on the loop's clock.
struct RedisNodeState: Equatable {
    /// How long commands wait for a lost connection to come back before they fail, from the loss on. A restart on the same
    /// host is over in that time; a request that waits longer is better refused.
    static let grace: UInt64 = 250
    /// The pause after the first failure; it doubles with each.
    static let shortestPause: UInt64 = 50
    /// Then a server that is back is found within this, by all who share it.
    static let longestPause: UInt64 = 2_000
    /// How long resolving, connecting, TLS and greeting may take together.
    static let maximumConnectTime: UInt64 = 2_000
    /// A connection that stood for so long was a good one: the next failure is a first one again.
    static let stableTime: UInt64 = 1_000

    enum Phase: Equatable {
        case connecting(since: UInt64)
        case ready(since: UInt64)
        case pausing(until: UInt64)
        case closed
    }

    /// What becomes of a command.
    enum Admission: Equatable {
        case sends
        /// For the connection, until `isGraceOver`.
        case waits
        case fails
    }

    enum AfterTick: Equatable {
        case nothing
        case connects
        /// The attempt under way takes too long.
        case givesUp
    }

    private(set) var phase: Phase
    /// When the connection was lost, or first wanted.
    private var outageBegan: UInt64
    private(set) var failures = 0

    init(now: UInt64) {
        self.phase = .connecting(since: now)
        self.outageBegan = now
    }

    var isReady: Bool {
        if case .ready = self.phase { true } else { false }
    }

    func isGraceOver(now: UInt64) -> Bool { !self.isReady && now >= self.outageBegan + Self.grace }

    func admission(now: UInt64) -> Admission {
        switch self.phase {
        case .ready: .sends
        case .closed: .fails
        case .connecting, .pausing: self.isGraceOver(now: now) ? .fails : .waits
        }
    }

    mutating func stood(now: UInt64) {
        self.phase = .ready(since: now)
    }

    /// The connection was lost, or could not be made. `random` spreads the attempts of many workers.
    mutating func lost(now: UInt64, random: UInt64) {
        switch self.phase {
        case .closed: return
        case .ready(let since):
            if now >= since + Self.stableTime { self.failures = 0 }
            self.outageBegan = now
        case .connecting, .pausing: break
        }
        self.phase = .pausing(until: now + Self.pause(after: self.failures, random: random))
        self.failures += 1
    }

    /// Begins at once, at another address.
    mutating func moved(now: UInt64) {
        guard self.phase != .closed else { return }
        if self.isReady { self.outageBegan = now }
        self.phase = .connecting(since: now)
    }

    mutating func tick(now: UInt64) -> AfterTick {
        switch self.phase {
        case .ready, .closed: return .nothing
        case .connecting(let since): return now >= since + Self.maximumConnectTime ? .givesUp : .nothing
        case .pausing(let until):
            guard now >= until else { return .nothing }
            self.phase = .connecting(since: now)
            return .connects
        }
    }

    mutating func close() {
        self.phase = .closed
    }

    /// From half of the pause to all of it.
    static func pause(after failures: Int, random: UInt64) -> UInt64 {
        // Six doublings pass the longest pause.
        let whole = min(self.shortestPause << UInt64(min(failures, 7)), self.longestPause)
        return whole / 2 + random % (whole / 2 + 1)
    }
}
