import Reactor
import SharedState
import Telemetry
import Testing

@testable import Login

/// A session whose access token has run out, and two gateways that share a state and a provider.
final class RefreshBench {
    private let loop = EventLoop()
    private var timers: [LoopTimer] = []
    let provider = PromptedProvider()
    let states: [FlakyState]
    private var gateways: [Refreshes] = []
    private let kit: SessionKit
    let session: Session
    private let copy: SessionCopy
    var now: Int64

    init(_ store: SessionSettings.Store, patience: RefreshTurn.Patience = .init()) throws {
        var settings = SessionFixture.settings()
        settings.session.store = store
        self.kit = SessionFixture.kit(settings)
        self.session = SessionFixture.refreshable(tokenLife: 600)
        self.now = SessionFixture.start + 601_000
        let (memory, loop) = (StateMemory(), self.loop)
        self.states = (0..<2).map { _ in FlakyState(MemoryStore(memory, on: loop), on: loop) }
        let handle = SessionHandle(of: self.session)
        self.copy = store == .cookie ? .whole(self.session) : .held(handle, version: 0, times: self.session.times)
        self.gateways = self.states.map { _ in
            Refreshes(on: loop, patience: patience, now: { [unowned self] in self.now }, report: { _, _ in })
        }
        if store == .state {
            var isWritten = false
            self.shelf(0).write(self.session, handle, at: SessionFixture.start) { _ in isWritten = true }
            try #require(self.run { isWritten })
        }
    }

    private func shelf(_ gateway: Int) -> SessionShelf { SessionShelf(kit: self.kit, state: self.states[gateway]) }

    /// - Parameter then: Done from inside of the completion.
    func refresh(at gateway: Int, isDue: Bool, _ then: @escaping () -> Void = {}) -> RefreshAnswer {
        let answer = RefreshAnswer()
        self.gateways[gateway].refresh(
            self.copy,
            isDue: isDue,
            on: self.shelf(gateway),
            by: { [provider] _ in provider }
        ) {
            answer.outcome = $0
            then()
        }
        return answer
    }

    func writeAgain() throws {
        var isWritten = false
        let handle = try #require(self.copy.handle)
        self.shelf(1).write(self.session, handle, at: SessionFixture.start) { _ in isWritten = true }
        try #require(self.run { isWritten })
    }

    func remove() throws {
        var isRemoved = false
        self.shelf(1).remove(try #require(self.copy.handle)) { _ in isRemoved = true }
        try #require(self.run { isRemoved })
    }

    /// Runs the loop until then; false: it took too long.
    func run(until isDone: @escaping () -> Bool) -> Bool {
        let limit = LoopTimer(on: self.loop, after: .seconds(40)) { [loop] in loop.stop() }
        let look = LoopTimer(on: self.loop, after: .milliseconds(5), repeats: true) { [loop] in
            if isDone() { loop.stop() }
        }
        self.loop.run()
        withExtendedLifetime((limit, look)) {}
        return isDone()
    }

    /// Lets things happen that should not.
    func wait(_ time: Duration) {
        let timer = LoopTimer(on: self.loop, after: time) { [loop] in loop.stop() }
        self.loop.run()
        withExtendedLifetime(timer) {}
    }
}

final class RefreshAnswer {
    var outcome: RefreshOutcome?

    var token: String? {
        guard case .refreshed(let session) = self.outcome else { return nil }
        return session.identity.accessToken.secret
    }

    var isKept: Bool { if case .kept = self.outcome { true } else { false } }
    var isEnded: Bool { if case .ended = self.outcome { true } else { false } }
    var isUnavailable: Bool { if case .unavailable = self.outcome { true } else { false } }
}

/// A provider that answers when the test says so.
final class PromptedProvider: Provider {
    let name = "corp"
    private(set) var calls = 0
    private(set) var waiting: [(identity: Identity, completion: (Result<Identity, ProviderFailure>) -> Void)] = []

    func refresh(_ identity: Identity, _ completion: @escaping (Result<Identity, ProviderFailure>) -> Void) {
        self.calls += 1
        self.waiting.append((identity, completion))
    }

    func answer(token: String) {
        var (identity, completion) = self.waiting.removeFirst()
        identity.accessToken = Redacted(token)
        identity.accessExpiresAt = SessionFixture.start / 1000 + 1200
        completion(.success(identity))
    }

    func fail(_ failure: ProviderFailure) { self.waiting.removeFirst().completion(.failure(failure)) }

    func begin(_ request: SignInRequest, _ completion: @escaping (Result<String, ProviderFailure>) -> Void) {
        completion(.failure(.unavailable("nobody signs in here")))
    }

    func check(issuer: String?, _ completion: @escaping (Result<Void, ProviderFailure>) -> Void) {
        completion(.failure(.unavailable("nobody signs in here")))
    }

    func finish(_ response: SignInResponse, _ completion: @escaping (Result<Identity, ProviderFailure>) -> Void) {
        completion(.failure(.unavailable("nobody signs in here")))
    }

    func revoke(_ identity: Identity) {}

    func signOutAddress(_ identity: Identity, state: String, _ completion: @escaping (String?) -> Void) {
        completion(nil)
    }
}

/// A state that can be away.
final class FlakyState: StateStore {
    private let store: MemoryStore
    private let loop: EventLoop
    private var timers: [LoopTimer] = []
    var isAway = false

    init(_ store: MemoryStore, on loop: EventLoop) {
        self.store = store
        self.loop = loop
    }

    var isShared: Bool { true }
    var isReady: Bool { !self.isAway }
    func close() { self.store.close() }

    private func reach<Value>(_ completion: @escaping StateCompletion<Value>, _ ask: () -> Void) {
        guard self.isAway else { return ask() }
        self.timers.append(LoopTimer(on: self.loop, after: .zero) { completion(.failure(.unavailable)) })
    }

    func read(_ key: ValueKey, _ completion: @escaping StateCompletion<StateValue?>) {
        self.reach(completion) { self.store.read(key, completion) }
    }

    func write(
        _ bytes: [UInt8],
        to key: ValueKey,
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion>
    ) { self.reach(completion) { self.store.write(bytes, to: key, for: lifetime, completion) } }

    func replace(
        _ version: StateVersion,
        of key: ValueKey,
        with bytes: [UInt8],
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion?>
    ) {
        self.reach(completion) { self.store.replace(version, of: key, with: bytes, for: lifetime, completion) }
    }

    func remove(_ key: ValueKey, _ completion: @escaping StateCompletion<Void>) {
        self.reach(completion) { self.store.remove(key, completion) }
    }

    func claim(_ key: ClaimKey, for lifetime: Duration, _ completion: @escaping StateCompletion<StateClaim?>) {
        self.reach(completion) { self.store.claim(key, for: lifetime, completion) }
    }

    func release(_ claim: StateClaim, _ completion: @escaping StateCompletion<Bool>) {
        self.reach(completion) { self.store.release(claim, completion) }
    }

    func add(_ cutOff: SharedCutOff, _ completion: @escaping StateCompletion<Void>) {
        self.reach(completion) { self.store.add(cutOff, completion) }
    }

    func cutOffs(since position: CutOffPosition, _ completion: @escaping StateCompletion<CutOffPage>) {
        self.reach(completion) { self.store.cutOffs(since: position, completion) }
    }
}
