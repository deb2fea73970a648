/// The commands under way on one connection, in the order of sending. That is the order of the replies too, and all that
/// ties one to the other: replies carry no number. So a command whose time is up keeps its place until its reply has come.
struct CommandQueue<Waiter> {
    /// Commands that may wait for their reply: more means that Redis cannot keep up, and that waiting longer is no help.
    static var maximumCount: Int { 1024 }

    /// Whose reply has come.
    enum Answered {
        case waiter(Waiter)
        /// Nobody waits for it any more.
        case late
        /// Nothing was asked.
        case unasked
    }

    private struct Place {
        var waiter: Waiter?
        /// On the loop's clock, in milliseconds.
        let deadline: UInt64
    }

    private var places: [Place] = []
    private var first = 0
    private var earliestDeadline = UInt64.max

    var count: Int { self.places.count - self.first }
    var isEmpty: Bool { self.count == 0 }

    func hasRoom(for more: Int) -> Bool { self.count + more <= Self.maximumCount }

    /// A command was sent; without a waiter its reply is of no interest.
    mutating func append(_ waiter: Waiter?, deadline: UInt64) {
        precondition(self.hasRoom(for: 1), "more commands are under way than are allowed")
        self.places.append(Place(waiter: waiter, deadline: deadline))
        self.earliestDeadline = min(self.earliestDeadline, deadline)
    }

    /// A reply has come.
    mutating func answered() -> Answered {
        guard !self.isEmpty else { return .unasked }
        let waiter = self.places[self.first].waiter
        self.places[self.first].waiter = nil
        self.first += 1
        self.forgetAnswered()
        return waiter.map { .waiter($0) } ?? .late
    }

    /// Those whose time is up, once.
    mutating func expire(now: UInt64) -> [Waiter] {
        guard now >= self.earliestDeadline else { return [] }
        self.earliestDeadline = .max
        var expired: [Waiter] = []
        for index in self.places.indices[self.first...] {
            guard let waiter = self.places[index].waiter else { continue }
            guard self.places[index].deadline <= now else {
                self.earliestDeadline = min(self.earliestDeadline, self.places[index].deadline)
                continue
            }
            expired.append(waiter)
            self.places[index].waiter = nil
        }
        return expired
    }

    /// All that still wait; the connection is gone.
    mutating func removeAll() -> [Waiter] {
        defer { self = CommandQueue() }
        return self.places[self.first...].compactMap(\.waiter)
    }

    // Answered places are moved over only once in a while.
    private mutating func forgetAnswered() {
        guard self.isEmpty || self.first >= Self.maximumCount else { return }
        self.places.removeFirst(self.first)
        self.first = 0
    }
}
