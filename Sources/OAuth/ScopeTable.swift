internal import Bytes

/// The scopes that a policy names, each with an index, so that a route compares bits and not words.
///
/// A hash table of its own: a `Dictionary` of strings takes three times as long to look a word up.
public struct ScopeTable: Sendable {
    public private(set) var words: [String] = []
    /// Open addressing; the index of a word, or -1. A power of two, at most half full.
    private var slots = [Int32](repeating: -1, count: 16)

    public init(_ words: [String] = []) {
        for word in words { self.intern(word) }
    }

    /// The index of a scope, which is given one if it is new.
    @discardableResult
    public mutating func intern(_ word: String) -> Int {
        if let index = self.index(of: word) { return index }
        self.words.append(word)
        if self.words.count * 2 > self.slots.count { self.slots = [Int32](repeating: -1, count: self.slots.count * 2) }
        self.fillSlots()
        return self.words.count - 1
    }

    /// The index of a scope, or nil if the policy does not name it. Words are compared byte by byte.
    public func index(of word: String) -> Int? {
        var slot = self.slot(of: word)
        while self.slots[slot] >= 0 {
            let index = Int(self.slots[slot])
            if self.words[index].hasSameBytes(as: word) { return index }
            slot = (slot + 1) & (self.slots.count - 1)
        }
        return nil
    }

    /// The set of these scopes, all of which get an index.
    public mutating func set(_ words: [String]) -> ScopeSet {
        var set = ScopeSet()
        for word in words { set.insert(self.intern(word)) }
        return set
    }

    // MARK: - Private details

    private mutating func fillSlots() {
        for index in self.words.indices where !self.slots.contains(Int32(index)) {
            var slot = self.slot(of: self.words[index])
            while self.slots[slot] >= 0 { slot = (slot + 1) & (self.slots.count - 1) }
            self.slots[slot] = Int32(index)
        }
    }

    /// FNV-1a. The words in the table are the policy's own, so that nobody can make them collide.
    private func slot(of word: String) -> Int {
        let bytes = word.utf8Span.span
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash >> 32 ^ hash) & (self.slots.count - 1)
    }
}
