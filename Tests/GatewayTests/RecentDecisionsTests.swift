import Policy
import Testing

@testable import Gateway

@Suite("The latest decisions")
struct RecentDecisionsTests {
    private func keep(_ line: String, _ code: RefusalCode?, at now: UInt64, in decisions: RecentDecisions) {
        decisions.consider(Array(line.utf8).span, code, at: now)
    }

    private func lines(_ decisions: RecentDecisions) -> [String] {
        decisions.all.map { String(decoding: $0.line, as: UTF8.self) }
    }

    @Test("keep every refusal, with the sentence of its code")
    func refusals() {
        let decisions = RecentDecisions()
        self.keep("{1}", .tokenMissing, at: 1, in: decisions)
        self.keep("{2}", .tokenMissing, at: 1, in: decisions)
        #expect(self.lines(decisions) == ["{1}", "{2}"])
        #expect(decisions.all[0].reason == "\(RefusalCode.tokenMissing.detail)")
    }

    @Test("keep one passed request a second")
    func sample() {
        let decisions = RecentDecisions()
        let second = RecentDecisions.sampleNanoseconds
        for now in [1, 2, second, second + 1, second + 2] { self.keep("{\(now)}", nil, at: now, in: decisions) }
        #expect(self.lines(decisions) == ["{1}", "{\(second + 1)}"])
        #expect(decisions.all[0].reason == nil)
    }

    @Test("forget the oldest when there is no room")
    func bounded() {
        let decisions = RecentDecisions()
        for number in 0...RecentDecisions.capacity { self.keep("{\(number)}", .routeNotFound, at: 1, in: decisions) }
        let lines = Set(self.lines(decisions))
        #expect(lines.count == RecentDecisions.capacity)
        #expect(!lines.contains("{0}") && lines.contains("{\(RecentDecisions.capacity)}"))
    }

    @Test("leave out lines that are too long", arguments: [(4096, 1), (4097, 0)])
    func longLines(count: Int, kept: Int) {
        let decisions = RecentDecisions()
        self.keep(String(repeating: "x", count: count), .routeNotFound, at: 1, in: decisions)
        #expect(decisions.all.count == kept)
    }
}
