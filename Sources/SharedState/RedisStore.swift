import Cryptography
public import Telemetry
public import Transport

/// The shared state in Redis, as one loop sees it.
///
/// Redis must keep what it is given (`maxmemory-policy noeviction`): a key that it drops may be a lock that two then hold.
public final class RedisStore: StateStore {
    private let client: RedisClient
    private let log: OperationalLog?
    private var random = RandomSupply()

    /// Begins to connect, and tries for as long as it is not closed.
    ///
    /// Throws when TLS is wanted and cannot be had.
    public init(
        _ settings: StateSettings,
        transport: TransportContext,
        log: OperationalLog? = nil
    ) throws(TLSProblem) {
        self.client = try RedisClient(settings, transport: transport, log: log)
        self.log = log
    }

    /// Whether a question would be sent at once.
    public var isReady: Bool { self.client.isReady }

    public var isShared: Bool { true }

    public func close() { self.client.close() }

    // MARK: - Values

    public func read(_ key: ValueKey, _ completion: @escaping StateCompletion<StateValue?>) {
        self.client.send(RedisCommand("GET", .key(key.bytes)), self.reading(RedisAnswer.value, completion))
    }

    public func write(
        _ bytes: [UInt8],
        to key: ValueKey,
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion>
    ) {
        guard bytes.count <= StateValue.maximumBytes else { return self.refuse(completion) }
        let version = StateVersion.random(&self.random)
        self.client.send(
            RedisCommand("SET", .key(key.bytes), .bytes(version.bytes + bytes), .word("PX"), .lifetime(lifetime)),
            self.reading(RedisAnswer.flag) { completion($0.map { _ in version }) }
        )
    }

    public func replace(
        _ version: StateVersion,
        of key: ValueKey,
        with bytes: [UInt8],
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion?>
    ) {
        guard bytes.count <= StateValue.maximumBytes else { return self.refuse(completion) }
        let next = StateVersion.random(&self.random)
        self.client.run(
            RedisStateScripts.replace,
            keys: [key.bytes],
            arguments: [.bytes(version.bytes), .bytes(next.bytes + bytes), .lifetime(lifetime)],
            self.reading(RedisAnswer.flag) { completion($0.map { $0 ? next : nil }) }
        )
    }

    public func remove(_ key: ValueKey, _ completion: @escaping StateCompletion<Void>) {
        self.client.send(
            RedisCommand("DEL", .key(key.bytes)),
            self.reading(RedisAnswer.flag) { completion($0.map { _ in }) }
        )
    }

    // MARK: - Claims

    public func claim(_ key: ClaimKey, for lifetime: Duration, _ completion: @escaping StateCompletion<StateClaim?>) {
        let claim = StateClaim(key: key, owner: .random(&self.random))
        self.claim(claim, for: lifetime) { completion($0.map { $0 ? claim : nil }) }
    }

    public func claim(_ claim: StateClaim, for lifetime: Duration, _ completion: @escaping StateCompletion<Bool>) {
        let owner = RedisCommand.Argument.bytes(claim.owner.bytes)
        self.client.send(
            RedisCommand("SET", .key(claim.key.bytes), owner, .word("NX"), .word("PX"), .lifetime(lifetime)),
            self.reading(RedisAnswer.flag, completion)
        )
    }

    public func release(_ claim: StateClaim, _ completion: @escaping StateCompletion<Bool>) {
        self.client.run(
            RedisStateScripts.release,
            keys: [claim.key.bytes],
            arguments: [.bytes(claim.owner.bytes)],
            self.reading(RedisAnswer.flag, completion)
        )
    }

    // MARK: - Cut-offs

    public func add(_ cutOff: SharedCutOff, _ completion: @escaping StateCompletion<Void>) {
        guard cutOff.key.count <= SharedCutOff.maximumKeyBytes else { return self.refuse(completion) }
        self.client.run(
            RedisStateScripts.addCutOff,
            keys: RedisKey.cutOffs(cutOff.kind),
            arguments: [
                .bytes(cutOff.key), .lifetime(cutOff.lifetime), .number(Int64(cutOff.kind.maximumCount)),
                .lifetime(SharedCutOff.tolerance), self.listName,
            ],
            self.reading(RedisAnswer.flag) { completion($0.flatMap { $0 ? .success(()) : .failure(.full) }) }
        )
    }

    public func cutOffs(since position: CutOffPosition, _ completion: @escaping StateCompletion<CutOffPage>) {
        self.client.run(
            RedisStateScripts.cutOffs,
            keys: RedisKey.cutOffs(position.kind),
            arguments: [
                .number(position.number), .number(Int64(CutOffPage.maximumCount)), .bytes(position.list),
                self.listName,
            ],
            self.reading({ reply throws(UnexpectedReply) in try RedisAnswer.page(reply, since: position) }, completion)
        )
    }

    // MARK: - Private details

    /// For a list of cut-offs, if it has none.
    private var listName: RedisCommand.Argument { .bytes(StateVersion.random(&self.random).bytes) }

    private func refuse<Value>(_ completion: @escaping StateCompletion<Value>) {
        self.client.later { completion(.failure(.tooLarge)) }
    }

    private func reading<Value>(
        _ read: @escaping (RedisReply) throws(UnexpectedReply) -> Value,
        _ completion: @escaping StateCompletion<Value>
    ) -> RedisCompletion {
        { [log = self.log] outcome in
            guard case .success(let reply) = outcome else { return completion(.failure(.unavailable)) }
            do throws(UnexpectedReply) {
                completion(.success(try read(reply)))
            } catch {
                log?.report(.warning, "state_refused", "\(error)")
                completion(.failure(error.failure))
            }
        }
    }
}
