import Reactor

@testable import SharedState

/// A state that can be away, and forget.
final class FlakyState: StateStore {
    private var store: MemoryStore
    private let loop: EventLoop
    private let answers: DeferredCalls
    private var timers: [LoopTimer] = []
    var isAway = false
    /// Whether claims can be given back.
    var isReleasing = true
    /// Claims are made, and nobody hears of it.
    var losesClaims = false
    /// What claims take.
    var claimTime = Duration.zero
    /// What becomes of all that is written.
    var writeFailure: StateFailure?
    /// How often a claim was to be given back.
    private(set) var releases = 0
    /// Cut-offs that are not taken, while all else works.
    var refusals = 0
    /// Cut-offs that were taken, and are not lost.
    private(set) var cutOffKeys: Set<[UInt8]> = []
    /// The name of their list.
    private var list: [UInt8] = [1]

    init(_ store: MemoryStore, on loop: EventLoop) {
        self.store = store
        self.loop = loop
        self.answers = DeferredCalls(on: loop)
    }

    var isShared: Bool { true }
    var isReady: Bool { !self.isAway }
    func close() { self.store.close() }

    /// It comes back empty.
    func loseAll() {
        self.store.close()
        self.store = MemoryStore(StateMemory(), on: self.loop)
        self.cutOffKeys = []
        self.list[0] += 1
    }

    private func reach<Value>(_ completion: @escaping StateCompletion<Value>, _ ask: () -> Void) {
        guard self.isAway else { return ask() }
        self.answers.append { completion(.failure(.unavailable)) }
    }

    private func reachWriting<Value>(_ completion: @escaping StateCompletion<Value>, _ ask: () -> Void) {
        guard let failure = self.writeFailure else { return self.reach(completion, ask) }
        self.answers.append { completion(.failure(failure)) }
    }

    func read(_ key: ValueKey, _ completion: @escaping StateCompletion<StateValue?>) {
        self.reach(completion) { self.store.read(key, completion) }
    }

    func write(
        _ bytes: [UInt8],
        to key: ValueKey,
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion>
    ) { self.reachWriting(completion) { self.store.write(bytes, to: key, for: lifetime, completion) } }

    func replace(
        _ version: StateVersion,
        of key: ValueKey,
        with bytes: [UInt8],
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion?>
    ) {
        self.reachWriting(completion) { self.store.replace(version, of: key, with: bytes, for: lifetime, completion) }
    }

    func remove(_ key: ValueKey, _ completion: @escaping StateCompletion<Void>) {
        self.reach(completion) { self.store.remove(key, completion) }
    }

    func claim(_ key: ClaimKey, for lifetime: Duration, _ completion: @escaping StateCompletion<StateClaim?>) {
        self.reach(completion) { self.store.claim(key, for: lifetime, completion) }
    }

    func claim(_ claim: StateClaim, for lifetime: Duration, _ completion: @escaping StateCompletion<Bool>) {
        self.reach(completion) {
            self.store.claim(claim, for: lifetime) { [unowned self] in
                let result: Result<Bool, StateFailure> = self.losesClaims ? .failure(.unavailable) : $0
                guard self.claimTime > .zero else { return completion(result) }
                self.timers.append(LoopTimer(on: self.loop, after: self.claimTime) { completion(result) })
            }
        }
    }

    func release(_ claim: StateClaim, _ completion: @escaping StateCompletion<Bool>) {
        self.releases += 1
        guard self.isReleasing else { return self.answers.append { completion(.failure(.unavailable)) } }
        self.reach(completion) { self.store.release(claim, completion) }
    }

    func add(_ cutOff: SharedCutOff, _ completion: @escaping StateCompletion<Void>) {
        guard self.refusals == 0 else {
            self.refusals -= 1
            return self.answers.append { completion(.failure(.unavailable)) }
        }
        self.reach(completion) {
            self.cutOffKeys.insert(cutOff.key)
            self.store.add(cutOff, completion)
        }
    }

    func cutOffs(since position: CutOffPosition, _ completion: @escaping StateCompletion<CutOffPage>) {
        let known = position.list == self.list ? position : .start(of: position.kind)
        self.reach(completion) {
            self.store.cutOffs(since: known) { [list] in completion($0.map { $0.of(list) }) }
        }
    }
}

extension CutOffPage {
    /// The same, of a list with that name.
    fileprivate func of(_ list: [UInt8]) -> CutOffPage {
        let next = CutOffPosition(self.next.kind, of: list, number: self.next.number)
        return CutOffPage(cutOffs: self.cutOffs, next: next, isLast: self.isLast)
    }
}
