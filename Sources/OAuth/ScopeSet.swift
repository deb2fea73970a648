/// Some of the scopes of a `ScopeTable`, one bit each. Up to 64 scopes need no memory of their own.
public struct ScopeSet: Sendable, Hashable {
    private var first: UInt64 = 0
    /// The bits from 64 on; never ends with a zero, so that equal sets have equal parts.
    private var rest: [UInt64] = []

    public init() {}

    public var isEmpty: Bool { self.first == 0 && self.rest.isEmpty }

    /// Whether the scope at `index` of the table is in it.
    public func contains(_ index: Int) -> Bool {
        self.word(index / 64) & 1 << (index % 64) != 0
    }

    /// Adds the scope at `index` of the table.
    public mutating func insert(_ index: Int) {
        let bit: UInt64 = 1 << (index % 64)
        guard index >= 64 else {
            self.first |= bit
            return
        }
        let place = index / 64 - 1
        while self.rest.count <= place { self.rest.append(0) }
        self.rest[place] |= bit
    }

    /// Whether every scope of `other` is in it.
    public func isSuperset(of other: ScopeSet) -> Bool {
        guard other.first & ~self.first == 0 else { return false }
        for place in other.rest.indices where other.rest[place] & ~self.word(place + 1) != 0 { return false }
        return true
    }

    /// Whether at least one scope of `other` is in it.
    public func intersects(_ other: ScopeSet) -> Bool {
        if other.first & self.first != 0 { return true }
        for place in other.rest.indices where other.rest[place] & self.word(place + 1) != 0 { return true }
        return false
    }

    private func word(_ place: Int) -> UInt64 {
        if place == 0 { return self.first }
        return place <= self.rest.count ? self.rest[place - 1] : 0
    }
}
