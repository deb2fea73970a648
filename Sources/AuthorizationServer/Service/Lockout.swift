internal import Bytes
internal import Telemetry

/// The one place that counts wrong secrets, whichever way they were tried: an account from a network, and more slowly a
/// network alone. Usable from every thread.
///
/// Nothing of it is kept, so that it goes by a clock that nobody sets: no block grows or ends when the time of day is set.
///
/// Whether an account exists makes no difference. A result that comes when the block has begun is not told: parallel guesses
/// give away no more than those that count.
final class Lockout: @unchecked Sendable {
    // `@unchecked Sendable`: everything that changes is touched with `monitor` locked.

    /// A network may be wrong so many times as often: many people sit behind one address.
    static let networkFactor = 20
    /// Accounts and networks that are remembered. See `makeRoom`.
    static let maximumEntries = 65_536

    private struct Key: Hashable {
        /// Nil: the network alone.
        let account: LockoutAccount?
        let network: IPAddress?
    }

    private struct Entry {
        var failures: Int
        var windowEnds: ContinuousClock.Instant
        var blockedUntil: ContinuousClock.Instant?

        /// From when on it says nothing any more.
        var end: ContinuousClock.Instant { max(self.windowEnds, self.blockedUntil ?? self.windowEnds) }
    }

    private let monitor = Monitor()
    private var entries: [Key: Entry] = [:]
    private var settings: LockoutSettings

    private let now: @Sendable () -> ContinuousClock.Instant

    init(_ settings: LockoutSettings, clock now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.settings = settings
        self.now = now
    }

    func adopt(_ settings: LockoutSettings) { self.monitor.locked { self.settings = settings } }

    /// For how many whole seconds no secret of `account` may be tried from `client`; nil: now.
    func wait(for account: LockoutAccount, from client: IPAddress?) -> Int64? {
        let keys = Self.keys(account, client)
        return self.monitor.locked { self.entries.isEmpty ? nil : self.blocked(keys, self.now()) }
    }

    /// Counts what came of an attempt. Returns how long to wait if the answer is not to be told because the block has begun
    /// in the meantime.
    func ended(
        _ account: LockoutAccount,
        from client: IPAddress?,
        succeeded: Bool
    ) -> Int64? {
        self.monitor.locked {
            if self.entries.isEmpty && succeeded { return nil }
            let keys = Self.keys(account, client)
            let now = self.now()
            if let wait = self.blocked(keys, now) { return wait }
            if succeeded {
                self.entries[keys.account] = nil
            } else {
                self.count(keys.account, limit: self.settings.failures, now)
                self.count(keys.network, limit: self.settings.failures * Self.networkFactor, now)
            }
            return nil
        }
    }

    /// How many accounts and networks are remembered.
    var entryCount: Int { self.monitor.locked { self.entries.count } }

    // MARK: - Private details

    private func blocked(_ keys: (account: Key, network: Key), _ now: ContinuousClock.Instant) -> Int64? {
        let until = [keys.account, keys.network].compactMap { self.entries[$0]?.blockedUntil }.max()
        guard let until, until > now else { return nil }
        let (seconds, attoseconds) = (until - now).components
        return seconds + (attoseconds > 0 ? 1 : 0)
    }

    private func count(_ key: Key, limit: Int, _ now: ContinuousClock.Instant) {
        var entry = self.entries[key] ?? Entry(failures: 0, windowEnds: now + self.settings.window)
        if entry.windowEnds <= now || entry.blockedUntil.map({ $0 <= now }) ?? false {
            entry = Entry(failures: 0, windowEnds: now + self.settings.window)
        }
        entry.failures += 1
        if entry.failures >= limit { entry.blockedUntil = now + self.settings.block }
        if self.entries[key] == nil, self.entries.count >= Self.maximumEntries { self.makeRoom(now) }
        self.entries[key] = entry
    }

    /// What is over goes, then the half that is worth least: counts before blocks, accounts before networks, and of each what
    /// ends soonest. So nobody can flush the block of somebody else without many networks that are blocked themselves.
    private func makeRoom(_ now: ContinuousClock.Instant) {
        self.entries = self.entries.filter { $0.value.end > now }
        guard self.entries.count >= Self.maximumEntries else { return }
        let worth = self.entries.sorted { one, other in
            let (first, second) = (one.value.blockedUntil != nil, other.value.blockedUntil != nil)
            if first != second { return second }
            if (one.key.account == nil) != (other.key.account == nil) { return other.key.account == nil }
            return one.value.end < other.value.end
        }
        for (key, _) in worth.prefix(Self.maximumEntries / 2) { self.entries[key] = nil }
    }

    private static func keys(_ account: LockoutAccount, _ client: IPAddress?) -> (account: Key, network: Key) {
        let network = client?.network
        return (Key(account: account.bounded, network: network), Key(account: nil, network: network))
    }
}

/// Whose secret is tried. Each kind has names of its own.
enum LockoutAccount: Sendable, Hashable {
    case user(String)
    case client(String)
    /// Codes that people type, tried by a signed-in user.
    case userCode(byUser: String)

    /// Longer than any name there is: what somebody types fills no memory.
    private static let maximumByteCount = 256

    fileprivate var bounded: LockoutAccount {
        switch self {
        case .user(let name): .user(Self.bounded(name))
        case .client(let name): .client(Self.bounded(name))
        case .userCode(let name): .userCode(byUser: Self.bounded(name))
        }
    }

    private static func bounded(_ name: String) -> String {
        name.utf8.count <= self.maximumByteCount
            ? name : String(decoding: name.utf8.prefix(self.maximumByteCount), as: UTF8.self)
    }
}

extension IPAddress {
    /// Whom failures and bounds count for: an IPv4 address itself, and of IPv6 the 64 bits that one household has.
    var network: IPAddress { self.isIPv4 ? self : IPAddress(high: self.high, low: 0) }
}
