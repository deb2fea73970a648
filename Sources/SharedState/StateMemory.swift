import Reactor

/// The shared state of a gateway that is alone: in the memory of this process, for all of its workers together. It ends with
/// the process.
///
/// Values, claims and cut-offs have bounds of their own, so that none takes the room of the others. Times are milliseconds of
/// `MonotonicClock`.
public final class StateMemory: Sendable {
    /// Values at a time.
    public static let maximumValues = 64 * 1024
    /// Bytes of all values, with what they take beside.
    public static let maximumValueBytes = 128 * 1024 * 1024
    /// Claims at a time: eight hundred a second that are each held for five minutes.
    public static let maximumClaims = 256 * 1024
    /// Locks at a time.
    public static let maximumLocks = 16 * 1024

    private let values = SharedTable<ValueKey, StateValue>(
        maximumCount: maximumValues,
        maximumBytes: maximumValueBytes
    )
    private let used = SharedTable<ClaimKey, StateVersion>(maximumCount: maximumClaims, maximumBytes: .max)
    // Strangers can make many of the others: these have room of their own.
    private let locks = SharedTable<ClaimKey, StateVersion>(maximumCount: maximumLocks, maximumBytes: .max)
    private let lock = Lock()
    // `nonisolated(unsafe)`: touched under the lock alone.
    private nonisolated(unsafe) var sessionCutOffs = CutOffList(.sessions)
    // `nonisolated(unsafe)`: likewise.
    private nonisolated(unsafe) var grantCutOffs = CutOffList(.grants)

    public init() {}

    // MARK: - Values

    func read(_ key: ValueKey, now: UInt64) -> StateValue? {
        self.values.locked(key) { $0.value(of: key, now: now) }
    }

    /// False: there is no room.
    func write(_ value: StateValue, to key: ValueKey, until end: UInt64, now: UInt64) -> Bool {
        self.values.locked(key) {
            $0.set(value, byteCount: value.bytes.count, of: key, until: end, now: now)
        }
    }

    /// As `write`, if `version` is there; nil if it is not.
    func replace(
        _ version: StateVersion,
        of key: ValueKey,
        with value: StateValue,
        until end: UInt64,
        now: UInt64
    ) -> Bool? {
        self.values.locked(key) {
            guard $0.value(of: key, now: now)?.version == version else { return nil }
            return $0.set(value, byteCount: value.bytes.count, of: key, until: end, now: now)
        }
    }

    func remove(_ key: ValueKey) {
        self.values.locked(key) { $0.remove(key) }
    }

    // MARK: - Claims

    private func claims(of kind: ClaimKind) -> SharedTable<ClaimKey, StateVersion> {
        switch kind {
        case .lock: self.locks
        case .used: self.used
        }
    }

    enum Claimed { case granted, taken, noRoom }

    func claim(_ claim: StateClaim, until end: UInt64, now: UInt64) -> Claimed {
        self.claims(of: claim.key.kind).locked(claim.key) {
            guard $0.value(of: claim.key, now: now) == nil else { return .taken }
            return $0.set(claim.owner, of: claim.key, until: end, now: now) ? .granted : .noRoom
        }
    }

    /// False: it had ended.
    func release(_ claim: StateClaim, now: UInt64) -> Bool {
        self.claims(of: claim.key.kind).locked(claim.key) {
            guard $0.value(of: claim.key, now: now) == claim.owner else { return false }
            $0.remove(claim.key)
            return true
        }
    }

    // MARK: - Cut-offs

    /// False: there is no room.
    func add(_ cutOff: SharedCutOff, until end: UInt64, now: UInt64) -> Bool {
        self.lock.locked {
            switch cutOff.kind {
            case .sessions: self.sessionCutOffs.add(cutOff.key, until: end, now: now)
            case .grants: self.grantCutOffs.add(cutOff.key, until: end, now: now)
            }
        }
    }

    func cutOffs(since position: CutOffPosition, now: UInt64) -> CutOffPage {
        self.lock.locked {
            switch position.kind {
            case .sessions: self.sessionCutOffs.page(since: position, now: now)
            case .grants: self.grantCutOffs.page(since: position, now: now)
            }
        }
    }
}
