public import AuthorizationServer
internal import OAuth
public import Trust

/// A session that was opened, and what was prepared from it for its next requests.
public final class RememberedSession: RememberedPrincipal {
    let name: SessionName
    let version: UInt32
    /// By which cut-offs name it.
    let subjects: [CutOffs.Subject]
    let startedAt: Int64
    public let provider: String
    /// For `identity.authorization: session`: a whole field line.
    public let authorization: [UInt8]
    /// Of an embedded provider's access token: with its grant the session ends, too. Nil for other providers.
    public let mark: TokenMark?

    init(_ session: Session, principal: Principal, endsAt: Int64, mark: TokenMark? = nil) {
        self.mark = mark
        self.name = session.name
        self.version = session.version
        self.subjects = session.subjects
        self.startedAt = session.times.startedAt
        self.provider = session.provider
        self.authorization = Self.line(session.identity.accessToken.secret)
        super.init(principal, endsAt: endsAt / 1000)
    }

    /// Empty for a token that could end the line.
    private static func line(_ token: String) -> [UInt8] {
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return [] }
        return Array("Authorization: Bearer \(token)\r\n".utf8)
    }
}

/// The sessions that one worker has opened lately, by name. Bounded; the oldest of a bucket makes room.
struct SessionMemory {
    /// At the most: with 2 KiB of claims and tokens about 40 MiB for each worker when all are taken.
    static let maximumSessions = 16_384
    private static let bucketSize = 4

    /// Made when the first session comes.
    private var entries: [RememberedSession?] = []
    private var nextVictim = 0

    func find(_ name: SessionName, version: UInt32) -> RememberedSession? {
        guard !self.entries.isEmpty else { return nil }
        let bucket = Self.bucket(of: name)
        for index in bucket..<bucket + Self.bucketSize {
            if let entry = self.entries[index], entry.name == name, entry.version == version { return entry }
        }
        return nil
    }

    mutating func remember(_ session: RememberedSession) {
        if self.entries.isEmpty { self.entries = Array(repeating: nil, count: Self.maximumSessions) }
        self.entries[self.place(for: session)] = session
    }

    mutating func forget(where isOver: (RememberedSession) -> Bool) {
        for index in self.entries.indices {
            if let entry = self.entries[index], isOver(entry) { self.entries[index] = nil }
        }
    }

    // An earlier version of the same session makes room first.
    private mutating func place(for session: RememberedSession) -> Int {
        let bucket = Self.bucket(of: session.name)
        let places = bucket..<bucket + Self.bucketSize
        if let same = places.first(where: { self.entries[$0]?.name == session.name }) { return same }
        if let free = places.first(where: { self.entries[$0] == nil }) { return free }
        self.nextVictim &+= 1
        return bucket + self.nextVictim % Self.bucketSize
    }

    private static func bucket(of name: SessionName) -> Int {
        Int(truncatingIfNeeded: name.low) & (self.maximumSessions / self.bucketSize - 1) * self.bucketSize
    }
}
