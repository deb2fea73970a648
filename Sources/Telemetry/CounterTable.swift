/// Counters by row (a route, an upstream) and key (a status, a code). Rows and keys that were never counted take no
/// memory, so that ten thousand idle routes cost nothing.
///
/// A row's counters form a list whose first one was hit last: the usual increment compares one number.
public struct CounterTable: ~Copyable {
    @usableFromInline
    struct Entry {
        @usableFromInline var count: UInt64
        @usableFromInline var key: UInt32
        @usableFromInline var next: UInt32

        @inlinable
        init(count: UInt64, key: UInt32, next: UInt32) {
            self.count = count
            self.key = key
            self.next = next
        }
    }

    /// Per row the index of its first entry plus one; zero: none. As long as the highest row that was counted.
    @usableFromInline var heads: [UInt32] = []
    @usableFromInline var entries: [Entry] = []

    public init() {}

    @inlinable
    public mutating func increment(row: Int, key: UInt32) {
        if row < self.heads.count {
            let head = Int(self.heads[row])
            if head > 0 && self.entries[head - 1].key == key {
                self.entries[head - 1].count &+= 1
                return
            }
        }
        self.incrementAnother(row: row, key: key)
    }

    /// The key is not the one that the row counted last: find it and put it in front, or make it.
    @usableFromInline
    mutating func incrementAnother(row: Int, key: UInt32) {
        while self.heads.count <= row { self.heads.append(0) }
        var previous: Int?
        var index = Int(self.heads[row]) - 1
        while index >= 0 && self.entries[index].key != key {
            previous = index
            index = Int(self.entries[index].next) - 1
        }
        guard index >= 0 else {
            self.entries.append(Entry(count: 1, key: key, next: self.heads[row]))
            self.heads[row] = UInt32(self.entries.count)
            return
        }
        self.entries[index].count &+= 1
        guard let previous else { return }
        self.entries[previous].next = self.entries[index].next
        self.entries[index].next = self.heads[row]
        self.heads[row] = UInt32(index + 1)
    }

    /// A copy of all counters, by row and key.
    public func counters() -> Counters {
        var counters = Counters()
        for row in self.heads.indices {
            var index = Int(self.heads[row]) - 1
            while index >= 0 {
                counters.values[Counters.Label(row: row, key: self.entries[index].key)] = self.entries[index].count
                index = Int(self.entries[index].next) - 1
            }
        }
        return counters
    }
}

/// What a counter table held at one moment, for adding up and rendering.
public struct Counters: Sendable, Equatable {
    public struct Label: Hashable, Comparable, Sendable {
        public var row: Int
        public var key: UInt32

        public init(row: Int, key: UInt32) {
            self.row = row
            self.key = key
        }

        public static func < (left: Label, right: Label) -> Bool {
            (left.row, left.key) < (right.row, right.key)
        }
    }

    public var values: [Label: UInt64] = [:]

    public init() {}

    public mutating func merge(_ other: Counters) {
        self.values.merge(other.values) { $0 &+ $1 }
    }

    public subscript(row row: Int, key key: UInt32) -> UInt64 {
        self.values[Label(row: row, key: key)] ?? 0
    }

    var sorted: [(label: Label, count: UInt64)] {
        self.values.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
