import Testing

@testable import Upstreams

@Suite("Servers in turns")
struct WeightedTurnsTests {
    @Test(
        "each comes as often as its weight says, wherever the turns begin",
        arguments: [[1], [1, 1], [3, 1], [1, 5, 2]]
    )
    func fairness(_ weights: [Int]) {
        for _ in 0..<20 {
            var turns = WeightedTurns(weights: weights)
            var counts = weights.map { _ in 0 }
            for _ in 0..<3 * weights.reduce(0, +) { counts[turns.next()] += 1 }
            #expect(counts == weights.map { 3 * $0 })
        }
    }

    @Test("not every worker begins with the same server")
    func start() {
        let first = (0..<100).map { _ in
            var turns = WeightedTurns(weights: [1, 1, 1, 1])
            return turns.next()
        }
        #expect(Set(first).count == 4)
    }

    @Test("by chance each comes about as often as its weight says")
    func chance() {
        let turns = WeightedTurns(weights: [1, 3])
        let heavy = (0..<4000).count { _ in turns.any() == 1 }
        // Ten standard deviations on either side.
        #expect((2725...3275).contains(heavy))
    }

    @Test("another one is never the same one, and weights count among the others", arguments: [0, 1, 2])
    func others(_ index: Int) {
        let weights = [1, 3, 1]
        let turns = WeightedTurns(weights: weights)
        var counts = [0, 0, 0]
        for _ in 0..<4000 { counts[turns.any(except: index)] += 1 }
        #expect(counts[index] == 0)
        let total = weights.reduce(0, +) - weights[index]
        for other in 0..<3 where other != index {
            #expect(abs(counts[other] - 4000 * weights[other] / total) < 320)
        }
    }
}
