import Reactor
import Testing

@testable import Login
@testable import SharedState

/// A feed of cut-offs, and a state that a test can take away, slow down, and make forget.
final class FeedBench {
    let loop = EventLoop()
    let state: ListedState
    private var feed: CutOffFeed?
    var now: UInt64 = 1_000_000
    var hasRoom = true
    private(set) var told: [[UInt8]] = []
    private(set) var freshness: [Bool] = []
    private(set) var losses = 0

    init() { self.state = ListedState(on: self.loop) }

    deinit { self.feed?.stop() }

    var isAway: Bool {
        get { self.state.isAway }
        set { self.state.isAway = newValue }
    }

    var questions: Int { self.state.questions }

    /// The name of what the state has.
    var list: [UInt8] {
        get { self.state.list }
        set { self.state.list = newValue }
    }

    /// Milliseconds that pass until the first answer comes.
    var delay: UInt64 = 0

    func start(_ kind: CutOffKind = .sessions) {
        self.state.whenAsked = { [unowned self] in
            self.now += self.delay
            self.delay = 0
        }
        self.feed = CutOffFeed(
            kind,
            of: self.state,
            on: self.loop,
            tell: { [unowned self] page in
                self.told += page.map(\.key)
                return self.hasRoom
            },
            tellLost: { [unowned self] in self.losses += 1 },
            tellFresh: { [unowned self] in self.freshness.append($0) },
            now: { [unowned self] in self.now }
        )
    }

    static func cutOff(_ number: Int) -> SharedCutOff {
        SharedCutOff(key: [UInt8(number & 0xFF), UInt8(number >> 8)], lifetime: .seconds(60))
    }

    func add(_ numbers: Range<Int>) { self.state.added += numbers.map(Self.cutOff) }

    /// Runs the loop for that long.
    func run(for duration: Duration) {
        let end = LoopTimer(on: self.loop, after: duration) { [loop] in loop.stop() }
        self.loop.run()
        withExtendedLifetime(end) {}
    }

    /// Runs the loop until then; false: it took too long.
    func run(until isDone: @escaping () -> Bool) -> Bool { self.loop.run(until: isDone, within: .seconds(20)) }
}

/// A state of cut-offs alone.
final class ListedState: StateStore {
    var added: [SharedCutOff] = []
    var list: [UInt8] = [1]
    var isAway = false
    var failure = StateFailure.unavailable
    /// Cut-offs that are not taken, while all else works.
    var refusals = 0
    var whenAsked: () -> Void = {}
    private(set) var questions = 0
    private(set) var mostUnderWay = 0
    private var underWay = 0
    private let answers: DeferredCalls

    init(on loop: EventLoop) { self.answers = DeferredCalls(on: loop) }

    var isShared: Bool { true }
    var isReady: Bool { !self.isAway }
    func close() { self.answers.makeAll() }

    func cutOffs(since position: CutOffPosition, _ completion: @escaping StateCompletion<CutOffPage>) {
        self.questions += 1
        self.answers.append { [unowned self] in
            self.whenAsked()
            guard !self.isAway else { return completion(.failure(self.failure)) }
            let start = position.list == self.list ? Int(position.number) : 0
            let page = self.added[start...].prefix(CutOffPage.maximumCount)
            let next = CutOffPosition(position.kind, of: self.list, number: Int64(page.endIndex))
            let isLast = page.endIndex == self.added.count
            completion(.success(CutOffPage(cutOffs: Array(page), next: next, isLast: isLast)))
        }
    }

    func add(_ cutOff: SharedCutOff, _ completion: @escaping StateCompletion<Void>) {
        self.underWay += 1
        self.mostUnderWay = max(self.mostUnderWay, self.underWay)
        self.answers.append { [unowned self] in
            self.underWay -= 1
            guard !self.isAway, self.refusals == 0 else {
                self.refusals = max(self.refusals - 1, 0)
                return completion(.failure(self.failure))
            }
            self.added.append(cutOff)
            completion(.success(()))
        }
    }

    // MARK: - What feeds do not ask

    private func refuse<Value>(_ completion: @escaping StateCompletion<Value>) {
        self.answers.append { completion(.failure(.unavailable)) }
    }

    func read(_ key: ValueKey, _ completion: @escaping StateCompletion<StateValue?>) { self.refuse(completion) }

    func write(
        _ bytes: [UInt8],
        to key: ValueKey,
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion>
    ) { self.refuse(completion) }

    func replace(
        _ version: StateVersion,
        of key: ValueKey,
        with bytes: [UInt8],
        for lifetime: Duration,
        _ completion: @escaping StateCompletion<StateVersion?>
    ) { self.refuse(completion) }

    func remove(_ key: ValueKey, _ completion: @escaping StateCompletion<Void>) { self.refuse(completion) }

    func claim(_ key: ClaimKey, for lifetime: Duration, _ completion: @escaping StateCompletion<StateClaim?>) {
        self.refuse(completion)
    }

    func claim(_ claim: StateClaim, for lifetime: Duration, _ completion: @escaping StateCompletion<Bool>) {
        self.refuse(completion)
    }

    func release(_ claim: StateClaim, _ completion: @escaping StateCompletion<Bool>) { self.refuse(completion) }
}
