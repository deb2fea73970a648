internal import OAuth

/// Used proofs by their fingerprints, each for as long as the same proof could pass again.
struct UsedProofTable {
    /// At the most. A set of this size grows for the last time within two milliseconds, as measured; larger ones would make
    /// workers wait.
    static let maximumProofs = 1 << 16
    /// Seconds. A proof passes from `window` before its `iat` until `window` after it; the rest is for clocks that workers read
    /// up to a second apart, at both ends.
    static let lifetime = UInt64(2 * ProofOfPossession.window + 4)

    private struct Entry {
        let proof: Int
        let key: Int
    }

    private var proofs: Set<Int> = []
    /// How many of them are of each key.
    private var shares: [Int: Int] = [:]
    /// What was used in each of the last seconds, by the second's place in a ring.
    private var seconds = [[Entry]](repeating: [], count: Int(lifetime))
    private var second: UInt64 = 0

    /// Takes a place for `proof`, if it has none. Seconds that lie back count as the latest one.
    mutating func use(_ proof: Int, of key: Int, at second: UInt64) -> ProofUse {
        self.forget(until: second)
        guard !self.proofs.contains(proof) else { return .repeated }
        // A key may take as much as is still free: one that floods fills its own share, and leaves half to the others. The more
        // keys do, the less each gets.
        let share = self.shares[key, default: 0]
        guard share < Self.maximumProofs - self.proofs.count else { return .noRoom }
        self.proofs.insert(proof)
        self.shares[key] = share + 1
        self.seconds[Self.place(of: self.second)].append(Entry(proof: proof, key: key))
        return .first
    }

    var count: Int { self.proofs.count }
    var keyCount: Int { self.shares.count }

    // MARK: - Private details

    private static func place(of second: UInt64) -> Int { Int(second % self.lifetime) }

    private mutating func forget(until second: UInt64) {
        guard second > self.second else { return }
        // A second's place is that of the one a lifetime before it.
        let first = max(self.second + 1, second - min(second, Self.lifetime - 1))
        for passed in first...second { self.empty(Self.place(of: passed)) }
        self.second = second
    }

    private mutating func empty(_ place: Int) {
        for entry in self.seconds[place] {
            self.proofs.remove(entry.proof)
            guard let share = self.shares[entry.key], share > 1 else {
                self.shares[entry.key] = nil
                continue
            }
            self.shares[entry.key] = share - 1
        }
        self.seconds[place] = []
    }
}
