import Telemetry
import Testing

@testable import Login

@Suite("The end of a refresh's lock")
struct RefreshLockTests {
    private static let stores: [SessionSettings.Store] = [.cookie, .state]

    private static func lost(_ words: String) -> ProviderFailure {
        .unavailable("the next tokens of a session could not be kept: \(words)")
    }

    @Test("who has lost the lock writes nothing over what another has refreshed since", arguments: stores)
    func lost(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store, patience: .init(lockLifetime: .milliseconds(200)))
        let first = bench.begin()
        let second = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { bench.provider.waiting.count == 2 })
        bench.provider.answer(token: "later", to: 1)
        #expect(bench.run { second.token == "later" })
        bench.provider.answer(token: "late")
        #expect(bench.run { first.token == "later" })
        let third = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { third.token == "later" })
        #expect(bench.provider.calls == 2)
    }

    @Test("who has lost it, and finds the session as it was, keeps what the provider has said", arguments: stores)
    func lostToNobody(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store, patience: .init(lockLifetime: .milliseconds(1)))
        let first = bench.begin()
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
        let other = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { other.token == "the-next" })
        #expect(bench.provider.calls == 1)
    }

    @Test("nothing is written any more when another may have it", arguments: stores)
    func writesEnd(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store, patience: .init(lockLifetime: .seconds(2)))
        let first = bench.begin()
        bench.states[0].isAway = true
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
        let second = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { bench.provider.waiting.count == 1 })
        bench.provider.answer(token: "later")
        #expect(bench.run { second.token == "later" })
        #expect(bench.reports == [Self.lost("the shared state is unavailable")])
        bench.states[0].isAway = false
        // Longer than the time after which it would be tried again.
        bench.wait(RefreshTurn.retryInterval * 2)
        let third = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { third.token == "later" })
    }

    @Test("what a full state has no room for is written as soon as it has", arguments: stores)
    func full(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin()
        bench.states[0].writeFailure = .full
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
        let other = bench.refresh(at: 1, isDue: true)
        bench.wait(RefreshTurn.retryInterval * 2)
        #expect(other.outcome == nil && bench.provider.calls == 1)
        bench.states[0].writeFailure = nil
        #expect(bench.run { other.token == "the-next" })
        #expect(bench.reports.isEmpty)
    }

    @Test("what is too large to be kept is told at once", arguments: stores)
    func tooLarge(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin()
        bench.states[0].writeFailure = .tooLarge
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
        #expect(bench.reports == [Self.lost("this is too large for the shared state")])
    }

    @Test("one that cannot be given back ends by itself, and is left alone")
    func releasesEnd() throws {
        let bench = try RefreshBench(.cookie, patience: .init(lockLifetime: .seconds(2)))
        let first = bench.begin()
        bench.states[0].isReleasing = false
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
        bench.wait(.seconds(2))
        let releases = bench.states[0].releases
        bench.wait(RefreshTurn.retryInterval * 2)
        #expect(releases > 1 && bench.states[0].releases == releases)
    }

    @Test("whoever waits for another's is told in time, however long the shared state takes to answer")
    func slow() throws {
        let bench = try RefreshBench(.cookie, patience: .init(looking: .seconds(2)))
        _ = bench.begin()
        bench.states[1].claimTime = .milliseconds(400)
        let other = bench.refresh(at: 1, isDue: true)
        bench.wait(.seconds(3))
        #expect(other.isKept)
    }
}
