import Reactor

/// What becomes of a question to the shared state: called once, from the loop, and never from inside of the call that asked.
public typealias StateCompletion<Value> = (Result<Value, StateFailure>) -> Void

/// What several gateways, or the workers of one, know together: sessions, locks, what was used, what was cut off.
///
/// Each loop has a store of its own, used on its thread alone. Every question is answered within a second, to the next 50 ms.
/// A lifetime is counted from the moment of writing, in milliseconds, and is at least one.
public protocol StateStore: AnyObject {
    /// Whether other processes know what is written here.
    var isShared: Bool { get }

    /// Whether a question would be sent at once.
    var isReady: Bool { get }

    /// Ends what is under way: it fails before this returns. Must be called before the store is released.
    func close()

    // MARK: - Values

    /// What was written last and has not ended; nil if there is nothing.
    func read(_ key: ValueKey, _ completion: @escaping StateCompletion<StateValue?>)

    /// Writes `bytes`, whatever is there.
    func write(
        _ bytes: [UInt8],
        to key: ValueKey,
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion>
    )

    /// Writes `bytes` in the place of `version`. Nil, and nothing is changed, when another value is there, or none: what was
    /// removed meanwhile does not come back.
    func replace(
        _ version: StateVersion,
        of key: ValueKey,
        with bytes: [UInt8],
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion?>
    )

    /// Removes what is there, if anything.
    func remove(_ key: ValueKey, _ completion: @escaping StateCompletion<Void>)

    // MARK: - Claims

    /// Claims `key` for `lifetime`. Nil when somebody else holds it: of all who claim a key, exactly one gets it.
    ///
    /// After a failure it may be held until its lifetime is over, by nobody who knows.
    func claim(_ key: ClaimKey, for lifetime: Duration, _ completion: @escaping StateCompletion<StateClaim?>)

    /// Asks for a claim that its maker knows already. False when somebody else holds its key.
    ///
    /// After a failure it may be held all the same: who cannot wait for its end gives it back.
    func claim(_ claim: StateClaim, for lifetime: Duration, _ completion: @escaping StateCompletion<Bool>)

    /// Gives `claim` back. False when it had ended; another's claim of the same key is not touched.
    func release(_ claim: StateClaim, _ completion: @escaping StateCompletion<Bool>)

    // MARK: - Cut-offs

    /// Adds `cutOff`. One with the same key holds for the longer of both lifetimes, or less by `SharedCutOff.tolerance`.
    func add(_ cutOff: SharedCutOff, _ completion: @escaping StateCompletion<Void>)

    /// Those that were added after `position` and still hold, at most a page. Who asks for the next page twice a second knows
    /// each within a second.
    func cutOffs(since position: CutOffPosition, _ completion: @escaping StateCompletion<CutOffPage>)
}

extension Duration {
    /// Whole milliseconds, rounded up, and at least one.
    var stateMilliseconds: UInt64 { max(self.wholeMilliseconds, 1) }
}
