import Bytes

/// A hash table of folded names. It is filled from the configuration and never by a request, so nobody can crowd it.
struct FoldedNameTable: Sendable {
    private struct Entry: Sendable {
        var name: Range<Int>
        var hash: UInt64
        var pattern: Int
    }

    /// Twice as many as entries at least, a power of two. An index into `entries`, or -1.
    private var slots: [Int] = [-1]
    private var entries: [Entry] = []

    /// All names, one behind the other.
    private var text: [UInt8] = []

    /// FNV-1a over the folded bytes.
    static var emptyHash: UInt64 { 0xCBF2_9CE4_8422_2325 }

    static func hash(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte.folded)) &* 0x0000_0100_0000_01B3
    }

    /// The pattern of that name, which need not be folded yet.
    func find(_ name: Span<UInt8>, hash: UInt64) -> Int? {
        var slot = self.firstSlot(hash)
        while self.slots[slot] >= 0 {
            let index = self.slots[slot]
            let entry = self.entries[index]
            if entry.hash == hash && name.foldedEquals(self.text.span.extracting(entry.name)) {
                return entry.pattern
            }
            slot = (slot + 1) & (self.slots.count - 1)
        }
        return nil
    }

    /// Adds a folded name. The first pattern of two that fold to the same name stays.
    mutating func insert(_ name: [UInt8], _ pattern: Int) {
        let hash = name.reduce(Self.emptyHash, Self.hash)
        guard self.find(name.span, hash: hash) == nil else { return }
        let start = self.text.count
        self.text += name
        self.entries.append(Entry(name: start..<self.text.count, hash: hash, pattern: pattern))
        var count = 1
        while count < self.entries.count * 2 { count *= 2 }
        self.slots = [Int](repeating: -1, count: count)
        for index in self.entries.indices { self.fillSlot(index) }
    }

    private mutating func fillSlot(_ index: Int) {
        var slot = self.firstSlot(self.entries[index].hash)
        while self.slots[slot] >= 0 { slot = (slot + 1) & (self.slots.count - 1) }
        self.slots[slot] = index
    }

    /// FNV's low bits are good enough, with the high ones folded in.
    private func firstSlot(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (self.slots.count - 1)
    }
}
