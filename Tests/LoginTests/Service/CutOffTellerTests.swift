import Reactor
import SharedState
import Testing

@testable import Login

@Suite("What is published to the shared state, and again", .serialized)
struct CutOffTellerTests {
    private let bench = FeedBench()
    private let failures = Failures()

    private final class Failures {
        var all: [StateFailure] = []
    }

    private static let all = (0..<1000).map(FeedBench.cutOff)

    private func teller(patience: Duration = CutOffTeller.patience) -> CutOffTeller {
        let teller = CutOffTeller(
            self.bench.state,
            on: self.bench.loop,
            all: { Self.all },
            tellFailure: { [failures] in failures.all.append($0) }
        )
        teller.patience = patience
        teller.state(isFresh: true)
        return teller
    }

    private var hasAll: Bool { Set(self.bench.state.added.map(\.key)) == Set(Self.all.map(\.key)) }

    @Test("goes a few at a time, all of it")
    func bound() throws {
        let teller = self.teller()
        teller.publish(Self.all)
        #expect(self.bench.state.mostUnderWay == CutOffTeller.maximumUnderWay)
        #expect(self.bench.run { self.bench.state.added.count == 1000 } && self.failures.all.isEmpty)
        #expect(self.bench.state.mostUnderWay == CutOffTeller.maximumUnderWay)
    }

    @Test("is all published after a pause when the state, which answers, did not take one", arguments: [1, 64])
    func failure(_ refusals: Int) throws {
        let teller = self.teller(patience: .milliseconds(20))
        self.bench.state.refusals = refusals
        teller.publish(Self.all)
        try #require(self.bench.run { !self.failures.all.isEmpty })
        #expect(self.bench.run { self.hasAll } && self.failures.all == [.unavailable])
    }

    @Test("is not published before the pause is over")
    func pause() throws {
        let teller = self.teller()
        self.bench.state.refusals = CutOffTeller.maximumUnderWay
        teller.publish(Self.all)
        self.bench.run(for: .milliseconds(100))
        #expect(self.failures.all.count == 1 && self.bench.state.added.isEmpty)
        teller.publish([FeedBench.cutOff(7)])
        #expect(self.bench.run { self.bench.state.added.count == 1 })
    }

    @Test("waits for a state that does not answer, and then no longer")
    func away() throws {
        let teller = self.teller(patience: .milliseconds(5))
        teller.state(isFresh: false)
        self.bench.state.refusals = 1
        teller.publish([FeedBench.cutOff(7)])
        self.bench.run(for: .milliseconds(100))
        #expect(self.failures.all.count == 1 && self.bench.state.added.isEmpty)
        teller.patience = CutOffTeller.patience
        teller.state(isFresh: true)
        #expect(self.bench.run { self.hasAll })
    }

    @Test("is due as well when somebody else did not get one through")
    func others() throws {
        let teller = self.teller(patience: .milliseconds(5))
        teller.failed(.full)
        #expect(self.bench.run { self.hasAll } && self.failures.all == [.full])
    }

    @Test("has a bound, and more is refused")
    func full() {
        let teller = self.teller()
        teller.publish([SharedCutOff](repeating: FeedBench.cutOff(1), count: CutOffTeller.maximumWaiting + 1))
        #expect(self.failures.all == [.full])
    }
}
