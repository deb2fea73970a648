/// The sessions that one worker has opened lately, by name. Bounded: of those that share places with a new one, one makes
/// room.
///
/// Each name has two buckets, by its two halves, and lies in the one that has more room. With one bucket alone every ninth
/// of ten thousand sessions in turn would find its bucket full, and be opened and read each time.
struct SessionMemory {
    /// At the most: with 2 KiB of claims and tokens about 40 MiB for each worker when all are taken.
    static let maximumSessions = 16_384
    static let bucketSize = 4
    static let bucketCount = Self.maximumSessions / Self.bucketSize

    /// Beside the sessions, so that to look for one touches no other. Both are made when the first session comes.
    private var names: [SessionName] = []
    private var sessions: [RememberedSession?] = []
    private var nextVictim = 0

    func find(_ name: SessionName, version: UInt32) -> RememberedSession? {
        guard let session = self.find(name), session.version == version else { return nil }
        return session
    }

    func find(_ name: SessionName) -> RememberedSession? {
        guard let place = self.place(of: name) else { return nil }
        return self.sessions[place]
    }

    mutating func remember(_ session: RememberedSession) {
        if self.names.isEmpty { self.makePlaces() }
        // An earlier version of the same session makes room first.
        let place = self.place(of: session.name) ?? self.freePlace(for: session.name) ?? self.victim(for: session.name)
        self.names[place] = session.name
        self.sessions[place] = session
    }

    mutating func forget(where isOver: (RememberedSession) -> Bool) {
        for index in self.sessions.indices {
            if let session = self.sessions[index], isOver(session) { self.sessions[index] = nil }
        }
    }

    // MARK: - Private details

    private mutating func makePlaces() {
        self.names = Array(repeating: .none, count: Self.maximumSessions)
        self.sessions = Array(repeating: nil, count: Self.maximumSessions)
    }

    /// Where a name lies or lay last: it never lies in two places.
    private func place(of name: SessionName) -> Int? {
        guard !self.names.isEmpty else { return nil }
        return Self.bucket(name.low).first { self.names[$0] == name }
            ?? Self.bucket(name.high).first { self.names[$0] == name }
    }

    private func freePlace(for name: SessionName) -> Int? {
        let (first, second) = (Self.bucket(name.low), Self.bucket(name.high))
        let isSecondEmptier = self.freeCount(second) > self.freeCount(first)
        return (isSecondEmptier ? second : first).first { self.sessions[$0] == nil }
    }

    private func freeCount(_ bucket: Range<Int>) -> Int { bucket.count { self.sessions[$0] == nil } }

    private mutating func victim(for name: SessionName) -> Int {
        self.nextVictim &+= 1
        let bucket = Self.bucket(self.nextVictim / Self.bucketSize % 2 == 0 ? name.low : name.high)
        return bucket.lowerBound + self.nextVictim % Self.bucketSize
    }

    /// The places of a bucket. The bits of a name are random, and nobody but the gateway chooses them.
    private static func bucket(_ half: UInt64) -> Range<Int> {
        let start = Int(half % UInt64(self.bucketCount)) * self.bucketSize
        return start..<start + self.bucketSize
    }
}

extension SessionName {
    /// Of no session: a random name is never this.
    fileprivate static let none = SessionName([UInt8](repeating: 0, count: Self.byteCount).span)
}
