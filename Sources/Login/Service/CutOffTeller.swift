internal import Reactor
internal import SharedState

/// Publishes cut-offs to the shared state, a few at a time, so that what people wait for has its turn in between. After a
/// failure all that are known here are published again, once it is due. On the control loop.
final class CutOffTeller {
    /// Cut-offs under way at a time, of the thousand commands that Redis may have to answer.
    static let maximumUnderWay = 64
    /// Cut-offs that wait: twice all that the state has room for.
    static let maximumWaiting = 2 * CutOffKind.grants.maximumCount
    /// From a failure until all are published again, a few thousand a second: a state that is full, or refuses writes, is not
    /// kept busy by it. One that was away need not be waited for: see `state(isFresh:)`.
    static let patience: Duration = .seconds(30)

    /// Tests have less.
    var patience = CutOffTeller.patience
    private let state: any StateStore
    private let loop: EventLoop
    private let all: () -> [SharedCutOff]
    private let tellFailure: (StateFailure) -> Void
    private var waiting: ArraySlice<SharedCutOff> = []
    private var underWay = 0
    private var isStateFresh = false
    /// Whether the state may not have something that is known here.
    private var isUntold = false
    private var pause: LoopTimer?

    /// - Parameters:
    ///   - all: What is known here, no more than twice what the state has room for.
    ///   - tellFailure: Told that something was not published: once until all are published again.
    init(
        _ state: any StateStore,
        on loop: EventLoop,
        all: @escaping () -> [SharedCutOff],
        tellFailure: @escaping (StateFailure) -> Void
    ) {
        self.state = state
        self.loop = loop
        self.all = all
        self.tellFailure = tellFailure
    }

    func publish(_ cutOffs: [SharedCutOff]) {
        guard self.waiting.count + cutOffs.count <= Self.maximumWaiting else { return self.failed(.full) }
        self.waiting += cutOffs
        self.goOn()
    }

    /// The state has lost what it knew.
    func publishAll() {
        self.isUntold = false
        self.waiting = self.all()[...]
        self.goOn()
    }

    /// Something that is among all was not published: those that wait are forgotten, and all are due after the pause.
    func failed(_ failure: StateFailure) {
        self.waiting = []
        // Once for all that fail together.
        guard !self.isUntold else { return }
        self.isUntold = true
        self.pause = LoopTimer(on: self.loop, after: self.patience) { [unowned self] in self.publishAllIfDue() }
        self.tellFailure(failure)
    }

    /// Whether the state answers, as far as a feed of it knows. When it does again, what is due waits no longer.
    func state(isFresh: Bool) {
        self.isStateFresh = isFresh
        self.publishAllIfDue()
    }

    // MARK: - Private details

    private func publishAllIfDue() {
        if self.isUntold && self.isStateFresh { self.publishAll() }
    }

    private func goOn() {
        while self.underWay < Self.maximumUnderWay, let next = self.waiting.popFirst() {
            self.underWay += 1
            self.state.add(next) { [weak self] result in self?.told(result) }
        }
    }

    private func told(_ result: Result<Void, StateFailure>) {
        self.underWay -= 1
        if case .failure(let failure) = result { self.failed(failure) }
        self.goOn()
    }
}
