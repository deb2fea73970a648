/// Values that end each at its own time, within bounds. Times are milliseconds on one clock.
///
/// Each addition looks at a few entries in turn and removes those that have ended, so that none has much to do, and looks at
/// more of them when there is no room.
package struct ExpiringTable<Key: Hashable, Value> {
    /// Bytes that an entry takes beside its value: key, times and its share of the table, rounded up.
    static var overheadBytes: Int { 256 }
    /// Entries that are looked at with each addition: an eighth of the table at the most is what has ended.
    static var usualSteps: Int { 8 }
    /// When there is no room: a few microseconds. All of a full table is looked at by those that are refused.
    static var stepsForRoom: Int { 64 }

    package struct Entry {
        package let key: Key
        package let value: Value
        package let end: UInt64
        fileprivate let byteCount: Int
    }

    let maximumCount: Int
    let maximumBytes: Int
    /// In no order. With those that have ended and are not removed yet.
    package private(set) var entries: [Entry] = []
    package var isEmpty: Bool { self.entries.isEmpty }
    private(set) var byteCount = 0
    /// Where in `entries` each key is.
    private var places: [Key: Int] = [:]
    /// Which entry is looked at next.
    private var hand = 0

    package init(maximumCount: Int, maximumBytes: Int) {
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
    }

    package func entry(of key: Key, now: UInt64) -> Entry? {
        guard let place = self.places[key], now < self.entries[place].end else { return nil }
        return self.entries[place]
    }

    package func value(of key: Key, now: UInt64) -> Value? { self.entry(of: key, now: now)?.value }

    /// False: there is no room, and what was there stays.
    package mutating func set(_ value: Value, byteCount: Int = 0, of key: Key, until end: UInt64, now: UInt64) -> Bool {
        let entry = Entry(key: key, value: value, end: end, byteCount: byteCount + Self.overheadBytes)
        for _ in 0..<Self.usualSteps { _ = self.removeNext(ifEndedBy: now) }
        guard self.hasRoom(for: entry) || self.makeRoom(for: entry, now: now) else { return false }
        self.byteCount += entry.byteCount
        guard let place = self.places[key] else {
            self.places[key] = self.entries.count
            self.entries.append(entry)
            return true
        }
        self.byteCount -= self.entries[place].byteCount
        self.entries[place] = entry
        return true
    }

    package mutating func remove(_ key: Key) {
        if let place = self.places[key] { self.remove(at: place) }
    }

    // MARK: - Private details

    private func hasRoom(for entry: Entry) -> Bool {
        let replaced = self.places[entry.key].map { self.entries[$0].byteCount }
        guard self.byteCount - (replaced ?? 0) + entry.byteCount <= self.maximumBytes else { return false }
        return replaced != nil || self.entries.count < self.maximumCount
    }

    private mutating func makeRoom(for entry: Entry, now: UInt64) -> Bool {
        for _ in 0..<Self.stepsForRoom where self.removeNext(ifEndedBy: now) {
            if self.hasRoom(for: entry) { return true }
        }
        return false
    }

    /// False: the entry at hand has not ended, and the next one comes to hand.
    private mutating func removeNext(ifEndedBy now: UInt64) -> Bool {
        if self.hand >= self.entries.count { self.hand = 0 }
        guard self.hand < self.entries.count else { return false }
        guard self.entries[self.hand].end <= now else {
            self.hand += 1
            return false
        }
        self.remove(at: self.hand)
        return true
    }

    // The last entry takes the place.
    private mutating func remove(at place: Int) {
        let removed = self.entries[place]
        let last = self.entries.removeLast()
        if place < self.entries.count {
            self.entries[place] = last
            self.places[last.key] = place
        }
        self.places[removed.key] = nil
        self.byteCount -= removed.byteCount
    }
}
