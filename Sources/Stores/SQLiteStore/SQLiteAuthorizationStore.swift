public import Cryptography

/// The store in an SQLite file, or in memory. Used by the thread that opened it, and by no other.
///
/// Several processes may have the same file open: a gateway, and commands beside it.
public final class SQLiteAuthorizationStore: AuthorizationStore {
    /// Where the store lives.
    public enum Location: Sendable, Equatable {
        /// Forgotten with the process.
        case memory
        /// The file is made with mode 0600 if it is not there; its directory must be.
        case file(String)
        /// A file as it is, for who only looks: whatever writes throws, and nothing is made.
        case fileAsItIs(String)
    }

    /// Expired rows of each kind that one write removes beside its own work. Each write adds one row of a kind, or two.
    static let removedAtOnce: Int64 = 16
    /// Pushed requests of one client that may wait for a browser: anybody can push in the name of a public client.
    public static let maximumPushedRequests: Int64 = 1024
    /// Devices of one client whose codes have not run out: anybody can begin in the name of a public client.
    public static let maximumDevices: Int64 = 1024
    /// Of both, those that came from one network: sixteen networks have to agree to take all of a public client.
    public static let maximumFromSource: Int64 = 64
    /// Attempts to sign in that are kept of each user.
    public static let keptSignIns: Int64 = 50

    let database: Database
    let ring: SealingRing
    /// The private keys of the last listing with the boxes that they came in: keys are looked at each second, and opening one
    /// takes a millisecond. Bounded by the keys that are published.
    var openedKeys: [String: (box: SealedBox, key: PrivateKey)] = [:]
    /// Clients that were added or removed here. One too many is no harm.
    var clientChanges: Int64 = 0

    /// Opens the store and brings the file to its newest form. `ring` seals private keys, and refresh tokens during
    /// their grace.
    ///
    /// Throws `corrupt` for a file that is no database, `readOnly` if it cannot be written, `other` for one of a newer
    /// Gatehouse or of another program. What is there is never replaced.
    public convenience init(_ location: Location, ring: SealingRing) throws(StoreError) {
        try self.init(location, ring: ring, busyTimeout: Database.busyTimeout)
    }

    init(_ location: Location, ring: SealingRing, busyTimeout: Duration) throws(StoreError) {
        let place: Database.Location =
            switch location {
            case .memory: .memory
            case .file(let path): .file(path)
            case .fileAsItIs(let path): .fileAsItIs(path)
            }
        self.database = try Database(place, busyTimeout: busyTimeout)
        self.ring = ring
        if case .fileAsItIs = location {
            try Migrations.check(self.database)
        } else {
            try Migrations.apply(to: self.database)
        }
    }

    /// A transaction that writes, and takes some of what is over with it.
    @discardableResult
    func write<Result>(at now: Timestamp, _ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try self.database.transaction { () throws(StoreError) in
            let result = try body()
            try self.sweep(at: now)
            return result
        }
    }

    // MARK: - AuthorizationStore

    public func removeExpired(at now: Timestamp) throws(StoreError) {
        try self.database.transaction { () throws(StoreError) in try self.sweep(at: now) }
    }

    public func housekeeping(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try self.database.housekeeping(body)
    }

    public func proveWritable(at now: Timestamp) throws(StoreError) {
        // A row that comes and goes: SQLite writes nothing for a transaction without a change.
        try self.database.transaction { () throws(StoreError) in
            let digest = RandomSecret().digest
            try self.database.run("INSERT INTO proof_ids (digest, expires_at) VALUES (?, ?)", digest, now)
            try self.database.run("DELETE FROM proof_ids WHERE digest = ?", digest)
        }
    }
}
