import SharedState
import Testing

@testable import Login

@Suite("Ended sessions that the shared state does not know of", .serialized)
struct UntoldEndsTests {
    private func bench() throws -> ServiceBench {
        let bench = try ServiceBench()
        bench.service.teller?.patience = .milliseconds(20)
        return bench
    }

    private static let cutOffs = (0..<3).map { _ in CutOff.Subject.session(SessionName()) }

    @Test("are told to one that has lost them, also when it does not take one at first")
    func lost() throws {
        let bench = try self.bench()
        var ended = 0
        for cutOff in Self.cutOffs { bench.service.cut(cutOff) { _ in ended += 1 } }
        try #require(bench.run { ended == 3 })
        bench.state.refusals = 1
        bench.state.loseAll()
        #expect(bench.run { bench.state.cutOffKeys.count == 3 } && bench.service.isFresh)
    }

    @Test("are told to one that did not take the end, and answers")
    func end() throws {
        let bench = try self.bench()
        bench.state.refusals = 1
        bench.service.end(bench.session.name, nil)
        #expect(bench.run { bench.state.cutOffKeys.count == 1 } && bench.service.isFresh)
    }
}
