/// Calls that wait for a connection, in the order in which they came. None of it takes longer because many wait.
struct WaitingQueue<Call: AnyObject> {
    /// Whoever has left, other than from the front, leaves a gap.
    private var line: [(call: Call, needsFresh: Bool)?] = []
    private var front = 0
    private var places: [ObjectIdentifier: Int] = [:]
    /// How often a call was moved to another place so far.
    private(set) var moves = 0

    /// Gaps that are worth no work yet.
    private static var toleratedGaps: Int { 16 }

    var count: Int { self.places.count }
    var isEmpty: Bool { self.places.isEmpty }

    /// Whether the call that has waited for the longest time wants a connection that has carried no other.
    var firstNeedsFresh: Bool {
        for place in self.line[self.front...] { if let place { return place.needsFresh } }
        return false
    }

    mutating func append(_ call: Call, needsFresh: Bool = false) {
        let former = self.places.updateValue(self.line.count, forKey: ObjectIdentifier(call))
        precondition(former == nil, "a call waits once")
        self.line.append((call, needsFresh))
    }

    /// The call that has waited for the longest time.
    mutating func popFirst() -> Call? {
        while self.front < self.line.count {
            let call = self.line[self.front]?.call
            self.front += 1
            if let call {
                self.remove(call)
                return call
            }
        }
        return nil
    }

    /// Takes a call back. It may be none that waits.
    mutating func remove(_ call: Call) {
        guard let place = self.places.removeValue(forKey: ObjectIdentifier(call)) else { return }
        self.line[place] = nil
        self.closeRanks()
    }

    mutating func removeAll() -> [Call] {
        defer { self = WaitingQueue() }
        return self.line.compactMap { $0?.call }
    }

    // As many have left as are moved here: on the whole, each call is moved once.
    private mutating func closeRanks() {
        guard self.line.count > 2 * self.count + Self.toleratedGaps else { return }
        self.line.removeAll { $0 == nil }
        self.front = 0
        self.moves += self.line.count
        for (place, entry) in self.line.enumerated() {
            if let entry { self.places[ObjectIdentifier(entry.call)] = place }
        }
    }
}
