import Cryptography
public import Reactor

/// The shared state in this process's memory, as one loop sees it.
public final class MemoryStore: StateStore {
    private let memory: StateMemory
    private let answers: DeferredCalls
    private var random = RandomSupply()

    public init(_ memory: StateMemory, on loop: EventLoop) {
        self.memory = memory
        self.answers = DeferredCalls(on: loop)
    }

    public var isShared: Bool { false }
    public var isReady: Bool { true }

    public func close() { self.answers.makeAll() }

    // MARK: - Values

    public func read(_ key: ValueKey, _ completion: @escaping StateCompletion<StateValue?>) {
        self.tell(.success(self.memory.read(key, now: self.now)), completion)
    }

    public func write(
        _ bytes: [UInt8],
        to key: ValueKey,
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion>
    ) {
        guard bytes.count <= StateValue.maximumBytes else { return self.tell(.failure(.tooLarge), completion) }
        let (value, now) = (StateValue(bytes: bytes, version: .random(&self.random)), self.now)
        let fits = self.memory.write(value, to: key, until: now + lifetime.stateMilliseconds, now: now)
        self.tell(fits ? .success(value.version) : .failure(.full), completion)
    }

    public func replace(
        _ version: StateVersion,
        of key: ValueKey,
        with bytes: [UInt8],
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion?>
    ) {
        guard bytes.count <= StateValue.maximumBytes else { return self.tell(.failure(.tooLarge), completion) }
        let (value, now) = (StateValue(bytes: bytes, version: .random(&self.random)), self.now)
        let end = now + lifetime.stateMilliseconds
        switch self.memory.replace(version, of: key, with: value, until: end, now: now) {
        case nil: self.tell(.success(nil), completion)
        case true?: self.tell(.success(value.version), completion)
        case false?: self.tell(.failure(.full), completion)
        }
    }

    public func remove(_ key: ValueKey, _ completion: @escaping StateCompletion<Void>) {
        self.memory.remove(key)
        self.tell(.success(()), completion)
    }

    // MARK: - Claims

    public func claim(_ key: ClaimKey, for lifetime: Duration, _ completion: @escaping StateCompletion<StateClaim?>) {
        let claim = StateClaim(key: key, owner: .random(&self.random))
        self.claim(claim, for: lifetime) { completion($0.map { $0 ? claim : nil }) }
    }

    public func claim(_ claim: StateClaim, for lifetime: Duration, _ completion: @escaping StateCompletion<Bool>) {
        let now = self.now
        switch self.memory.claim(claim, until: now + lifetime.stateMilliseconds, now: now) {
        case .granted: self.tell(.success(true), completion)
        case .taken: self.tell(.success(false), completion)
        case .noRoom: self.tell(.failure(.full), completion)
        }
    }

    public func release(_ claim: StateClaim, _ completion: @escaping StateCompletion<Bool>) {
        self.tell(.success(self.memory.release(claim, now: self.now)), completion)
    }

    // MARK: - Cut-offs

    public func add(_ cutOff: SharedCutOff, _ completion: @escaping StateCompletion<Void>) {
        guard cutOff.key.count <= SharedCutOff.maximumKeyBytes else {
            return self.tell(.failure(.tooLarge), completion)
        }
        let now = self.now
        let fits = self.memory.add(cutOff, until: now + cutOff.lifetime.stateMilliseconds, now: now)
        self.tell(fits ? .success(()) : .failure(.full), completion)
    }

    public func cutOffs(since position: CutOffPosition, _ completion: @escaping StateCompletion<CutOffPage>) {
        self.tell(.success(self.memory.cutOffs(since: position, now: self.now)), completion)
    }

    // MARK: - Private details

    private var now: UInt64 { MonotonicClock.milliseconds }

    private func tell<Value>(_ outcome: Result<Value, StateFailure>, _ completion: @escaping StateCompletion<Value>) {
        self.answers.append { completion(outcome) }
    }
}
