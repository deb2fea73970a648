internal import Cryptography
public import Endpoints
internal import JOSE
internal import Stores
public import Telemetry

/// The authorization server of the process. Loops hand it requests and go on; it answers from its own threads.
///
/// Handlers run one after the other on the store's thread, where each is plain code that reads and writes. Only the hashing
/// of passwords happens elsewhere.
///
/// `@unchecked Sendable`: what changes is touched on the store's thread alone (`desk`), or with `monitor` locked.
public final class AuthorizationService: @unchecked Sendable {
    /// Gets the answer, on a thread of the server.
    public typealias Reply = @Sendable (EndpointAnswer) -> Void

    private let thread: StoreThread
    private let pool = HashingPool()
    private let desk: ServiceDesk
    private let log: OperationalLog
    private let latest: LatestSnapshot
    private let monitor = Monitor()
    private var ticks = TickWatch()
    /// Those of a reload that the store's thread has not taken yet.
    private var pending: AuthorizationServerSettings?

    /// Opens the store, which is made when it is not there, and the signing keys.
    ///
    /// - Parameters:
    ///   - audit: Where audit lines go.
    ///   - changed: Told of each new snapshot, on the store's thread.
    public init(
        _ settings: AuthorizationServerSettings,
        log: OperationalLog,
        audit: LogWriter,
        changed: @escaping @Sendable (AuthorizationSnapshot) -> Void
    ) throws(AuthorizationStartError) {
        let ring = try Self.ring(settings)
        let exposure = Self.exposure(settings.store)
        let latest = LatestSnapshot()
        self.latest = latest
        let desk = ServiceDesk(settings, seal: ring, log: log, audit: audit) { snapshot in
            latest.value = snapshot
            changed(snapshot)
        }
        self.desk = desk
        self.log = log
        do throws(StoreError) {
            self.thread = try StoreThread { () throws(StoreError) in
                let store = try SQLiteAuthorizationStore(Self.location(settings.store), ring: ring)
                try desk.open(store)
                return store
            }
        } catch {
            throw AuthorizationStartError(.store, "\(error)")
        }
        if let exposure { log.report(.warning, "store_exposed", exposure) }
        guard desk.nameConflicts.isEmpty else {
            self.thread.stop()
            throw AuthorizationStartError(desk.nameConflicts)
        }
    }

    /// Answers `call` now or later, exactly once, on a thread of the server. Usable from every thread.
    public func submit(_ call: EndpointCall, _ reply: @escaping Reply) {
        guard call.asksByPassword else { return self.begin(call, reply) }
        // Whose password nobody can try now hears so at once, and not when the store's thread has its turn for it: that may
        // be waiting for the disk.
        guard self.pool.reserve() else { return reply(self.busyAnswer(call)) }
        self.begin(call) { [pool] answer in
            pool.release()
            reply(answer)
        }
    }

    private func begin(_ call: EndpointCall, _ reply: @escaping Reply) {
        let giveUpAt = WallClock.monotonicNanoseconds + Self.longestWaitNanoseconds
        let isTaken = self.thread.submit { [self] store in
            guard WallClock.monotonicNanoseconds < giveUpAt else { return reply(self.busyAnswer(call)) }
            self.run(call, store, reply) { context throws(EndpointFailure) in try EndpointRouter.handle(context) }
        }
        if !isTaken { reply(self.busyAnswer(call)) }
    }

    /// Throws why a policy that was read again cannot be taken: it has names that the store has, too. Waits for the store's
    /// thread, a few seconds at most.
    public func check(_ settings: AuthorizationServerSettings) throws(AuthorizationStartError) {
        let search = NameSearch()
        let isTaken = self.thread.submit { store in search.end(NameConflicts.search(store, settings)) }
        let found = isTaken ? search.wait(for: Self.longestWaitNanoseconds) : nil
        switch found {
        case .success(let conflicts): if !conflicts.isEmpty { throw AuthorizationStartError(conflicts) }
        case .failure(let error): throw AuthorizationStartError(.store, "\(error)")
        case nil: throw AuthorizationStartError(.store, "the store is busy, and cannot be asked for names; try again")
        }
    }

    /// From the next request on. The store stays: a reload that names another is refused.
    public func adopt(_ settings: AuthorizationServerSettings) {
        self.monitor.locked { self.pending = settings }
        // When too much waits, the next tick does it.
        _ = self.thread.submit { [self] store in self.adoptPending(store) }
    }

    private func adoptPending(_ store: any AuthorizationStore) {
        let settings = self.monitor.locked {
            defer { self.pending = nil }
            return self.pending
        }
        if let settings { self.desk.adopt(settings, store) }
    }

    /// The newest one.
    public var snapshot: AuthorizationSnapshot { self.latest.value }

    /// How often `tick` is to be called: other processes change the store, and a revocation counts within a second.
    public static let tickInterval: Duration = .milliseconds(250)

    /// Looks for what others did to the store, cleans it up, and lets keys grow old.
    public func tick() {
        guard self.monitor.locked({ self.ticks.begin(at: .now) }) else { return }
        // Behind a crowd it would come too late for what others revoked, and be refused with the crowd.
        let isTaken = self.thread.submitFirst { [self] store in
            self.adoptPending(store)
            let failure = self.desk.tick(store)
            self.monitor.locked { self.ticks.end(failure) }
        }
        if !isTaken { self.monitor.locked { self.ticks.dropped() } }
    }

    /// Why the store cannot be written at the moment, or is not known to be: a tick has not ended within
    /// `TickWatch.longestTick`. Nil when it can. For readiness.
    public var storeFailure: String? { self.storeFailure(at: .now) }

    func storeFailure(at now: ContinuousClock.Instant) -> String? {
        self.monitor.locked { self.ticks.failure(at: now) }
    }

    /// Ends the threads. What waits is done first, but for passwords that nobody has begun to hash.
    public func stop() {
        self.pool.stop()
        self.thread.stop()
    }

    // MARK: - Private details

    private func run(
        _ call: EndpointCall,
        _ store: any AuthorizationStore,
        _ reply: @escaping Reply,
        _ next: HashingJob.Next
    ) {
        switch self.desk.handle(call, store, next) {
        case .answer(let answer): reply(answer)
        case .hash(let job): self.hash(job, call, reply)
        }
    }

    /// How long a request may wait for its first turn. When somebody else holds the store, the first one waits for it as
    /// long as SQLite does; those behind must not wait as long again, each after the other.
    private static let longestWaitNanoseconds: UInt64 = 2_000_000_000

    private func busyAnswer(_ call: EndpointCall) -> EndpointAnswer {
        EndpointFailure.unavailable(call, self.snapshot.policy)
    }

    private func hash(_ job: HashingJob, _ call: EndpointCall, _ reply: @escaping Reply) {
        let isTaken = self.pool.submit { [self, work = job.work] in self.resume(call, reply, work()) }
        if !isTaken { reply(self.desk.refuse(job, of: call)) }
    }

    /// The rest of a request, whose password was tried. Its outcome counts and is told however long this had to wait: who
    /// was right would have to try again for nothing, and who was wrong would have tried for nothing.
    private func resume(_ call: EndpointCall, _ reply: @escaping Reply, _ next: @escaping HashingJob.Next) {
        let isTaken = self.thread.resume { [self] store in self.run(call, store, reply, next) }
        if !isTaken { reply(self.busyAnswer(call)) }
    }

    static func ring(_ settings: AuthorizationServerSettings) throws(AuthorizationStartError) -> SealingRing {
        let isNew = try self.prepareStore(settings.store)
        do throws(SealFile.Fault) {
            return try SealFile.ring(settings.keys.sealFiles, isForNewStore: isNew)
        } catch {
            throw AuthorizationStartError(.seal, "\(error)")
        }
    }

    /// What to say of a store that others may read until it is opened.
    private static func exposure(_ store: StoreSettings) -> String? {
        guard case .sqlite(let path) = store else { return nil }
        return StoreFile(path).exposure.map { "\(path) could be read by others (mode \($0)); it has mode 0600 now." }
    }

    /// Makes the directory of the store. Returns whether there is no store yet.
    private static func prepareStore(_ store: StoreSettings) throws(AuthorizationStartError) -> Bool {
        guard case .sqlite(let path) = store else { return true }
        let file = StoreFile(path)
        if let fault = file.fault ?? file.placeFault { throw AuthorizationStartError(.store, fault) }
        do throws(SealFile.Fault) {
            try DataDirectory.make(for: path)
        } catch {
            throw AuthorizationStartError(.store, "\(error)")
        }
        return !DataDirectory.has(path)
    }

    static func location(_ store: StoreSettings) -> SQLiteAuthorizationStore.Location {
        switch store {
        case .memory: .memory
        case .sqlite(let path): .file(path)
        }
    }
}
