/// What a misspelt word was probably meant to be.
package enum Suggestion {
    /// Beyond this, looking for the closest name costs more than it helps.
    static let maximumCandidates = 1000

    /// The closest candidate, when it is close: one slip in a short word, one for each three letters in a longer one.
    package static func closest(to word: String, among candidates: some Collection<String>) -> String? {
        guard candidates.count <= Self.maximumCandidates else { return nil }
        let letters = Self.folded(word)
        guard (1...64).contains(letters.count) else { return nil }
        let allowed = max(1, letters.count / 3)
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let other = Self.folded(candidate)
            guard abs(other.count - letters.count) <= allowed else { continue }
            let distance = Self.distance(letters, other)
            if distance <= allowed, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.candidate
    }

    // `maxBody`, `max-body` and `MAX_BODY` are all `max_body`.
    private static func folded(_ word: String) -> [UInt8] {
        word.utf8.filter { $0 != 0x5F && $0 != 0x2D }.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two words.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
