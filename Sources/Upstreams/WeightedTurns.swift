/// Servers by their indexes, each as often as its weight says: one after the other, or at random.
struct WeightedTurns {
    /// Those of one server stand together.
    private let turns: [UInt16]
    private let starts: [Int]
    private var latest: Int

    /// At least one weight, each at least 1. Workers and restarts begin anywhere: otherwise all would begin with the first
    /// server.
    init(weights: [Int]) {
        self.turns = weights.enumerated().flatMap { [UInt16](repeating: UInt16($0), count: $1) }
        self.starts = weights.indices.map { weights[..<$0].reduce(0, +) }
        self.latest = Int.random(in: 0..<self.turns.count)
    }

    mutating func next() -> Int {
        self.latest = self.latest + 1 == self.turns.count ? 0 : self.latest + 1
        return Int(self.turns[self.latest])
    }

    func any() -> Int {
        Int(self.turns[Int.random(in: 0..<self.turns.count)])
    }

    /// Another server than `index`. There must be one.
    func any(except index: Int) -> Int {
        let start = self.starts[index]
        let end = index + 1 < self.starts.count ? self.starts[index + 1] : self.turns.count
        let turn = Int.random(in: 0..<self.turns.count - (end - start))
        return Int(self.turns[turn < start ? turn : turn + (end - start)])
    }
}
