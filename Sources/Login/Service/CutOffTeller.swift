internal import SharedState

/// Tells the shared state many cut-offs, a few at a time, so that what people wait for has its turn in between. On the
/// control loop.
final class CutOffTeller {
    /// Cut-offs under way at a time, of the thousand commands that Redis may have to answer.
    static let maximumUnderWay = 64
    /// Cut-offs that wait: twice all that the state has room for.
    static let maximumWaiting = 2 * CutOffKind.grants.maximumCount

    private let state: any StateStore
    private let tellFailure: (StateFailure) -> Void
    private var waiting: ArraySlice<SharedCutOff> = []
    private var underWay = 0

    /// - Parameter tellFailure: Told that some were not told, and that those that waited are forgotten: it has to be begun
    ///   again. More than once, if more than one failed.
    init(_ state: any StateStore, tellFailure: @escaping (StateFailure) -> Void) {
        self.state = state
        self.tellFailure = tellFailure
    }

    func tell(_ cutOffs: [SharedCutOff]) {
        guard self.waiting.count + cutOffs.count <= Self.maximumWaiting else { return self.fail(.full) }
        self.waiting += cutOffs
        self.goOn()
    }

    // MARK: - Private details

    private func goOn() {
        while self.underWay < Self.maximumUnderWay, let next = self.waiting.popFirst() {
            self.underWay += 1
            self.state.add(next) { [weak self] result in self?.told(result) }
        }
    }

    private func told(_ result: Result<Void, StateFailure>) {
        self.underWay -= 1
        if case .failure(let failure) = result { self.fail(failure) }
        self.goOn()
    }

    private func fail(_ failure: StateFailure) {
        self.waiting = []
        self.tellFailure(failure)
    }
}
