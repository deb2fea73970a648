public import AuthorizationServer
internal import Reactor
internal import SharedState
internal import Synchronization

/// The grants that authorization servers of all gateways of one shared state have revoked, as far as that has told. One for
/// the process: the control loop adds, workers look when they verify a token or open a session, never for one that they
/// remember.
public final class SharedRevocations: Sendable {
    /// Here twice as many have room as there may be: entries end here a little later than there.
    static let maximumCount = 2 * CutOffKind.grants.maximumCount

    private let ends: SharedTable<GrantName, Void>
    private let fresh = Atomic(false)

    public convenience init() { self.init(maximumCount: Self.maximumCount) }

    /// - Parameter maximumCount: As `SharedTable` allows.
    init(maximumCount: Int) {
        self.ends = SharedTable(maximumCount: maximumCount, maximumBytes: .max)
    }

    /// Whether it is known what others have revoked. While it is not, their tokens are not judged.
    public var isFresh: Bool { self.fresh.load(ordering: .acquiring) }

    /// Whether the grant was revoked.
    public func contains(_ grant: GrantName) -> Bool {
        let now = MonotonicClock.milliseconds
        return self.ends.locked(grant) { $0.value(of: grant, now: now) != nil }
    }

    // MARK: - For the control loop

    func become(fresh: Bool) { self.fresh.store(fresh, ordering: .releasing) }

    /// - Parameter lifetime: How long its tokens could still be taken.
    func add(_ grant: GrantName, for lifetime: Duration) -> CutOffs.Addition {
        let now = MonotonicClock.milliseconds
        let end = now + lifetime.wholeMilliseconds
        return self.ends.locked(grant) { table in
            let known = table.entry(of: grant, now: now)
            if let known, end <= known.end { return .known }
            guard table.set((), of: grant, until: end, now: now) else { return .noRoom }
            return known == nil ? .added : .known
        }
    }
}

/// What the workers are told of it.
public enum RevocationNews: Sendable {
    /// These grants were revoked.
    case revoked(Set<GrantName>)
    /// What others revoke is not known any more: none of their tokens counts for one that was judged.
    case unknown
}
