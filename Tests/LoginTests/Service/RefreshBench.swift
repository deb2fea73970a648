import Reactor
import SharedState
import Testing

@testable import Login

/// A session whose access token has run out, and two gateways that share a state and a provider.
final class RefreshBench {
    private let loop = EventLoop()
    let provider = PromptedProvider()
    let states: [FlakyState]
    private var gateways: [Refreshes] = []
    /// What operators were told.
    private(set) var reports: [ProviderFailure] = []
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
            Refreshes(on: loop, patience: patience, now: { [unowned self] in self.now }) { [unowned self] in
                self.reports.append($1)
            }
        }
        if store == .state {
            var isWritten = false
            self.shelf(0).write(self.session, handle, at: SessionFixture.start) { _ in isWritten = true }
            try #require(self.run { isWritten })
        }
    }

    // A turn that waits holds its provider, which holds what waits.
    deinit { self.provider.leaveAll() }

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

    /// A request at the first gateway, which has asked the provider.
    func begin(isDue: Bool = true, _ then: @escaping () -> Void = {}) -> RefreshAnswer {
        let answer = self.refresh(at: 0, isDue: isDue, then)
        #expect(self.run { self.provider.waiting.count == 1 })
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
    func run(until isDone: @escaping () -> Bool) -> Bool { self.loop.run(until: isDone) }

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
