import OAuth
import Testing

@testable import Login

@Suite("The sessions that a worker remembers")
struct SessionMemoryTests {
    /// `low` and `high` decide about the two places.
    private static func session(high: UInt64 = 0, low: UInt64, version: UInt32 = 0) -> RememberedSession {
        let identity = SessionFixture.identity()
        let session = Session(
            name: SessionName((self.bytes(high) + self.bytes(low)).span),
            version: version,
            times: SessionFixture.session().times,
            provider: "corp",
            maker: nil,
            identity: identity
        )
        let principal = Principal(
            proof: .session,
            issuer: (3, "corp"),
            claims: identity.claims,
            scopes: ScopeSet(),
            scopeWords: []
        )
        return RememberedSession(session, principal: principal, endsAt: 1000)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }

    private static func has(_ memory: SessionMemory, _ session: RememberedSession) -> Bool {
        memory.find(session.name, version: session.version) === session
    }

    @Test("finds what was remembered, and nothing before that")
    func find() {
        var memory = SessionMemory()
        let session = Self.session(low: .max)
        #expect(!Self.has(memory, session))
        memory.remember(session)
        #expect(Self.has(memory, session))
        #expect(memory.find(session.name, version: 1) == nil)
        #expect(memory.find(SessionName(), version: 0) == nil)
    }

    /// Sessions that share both places.
    private static func rivals(_ count: Int) -> [RememberedSession] {
        (0..<count).map { self.session(high: 7, low: 9 + UInt64($0 * SessionMemory.bucketCount)) }
    }

    @Test("eight share two places; with a ninth one of them goes")
    func buckets() {
        var memory = SessionMemory()
        let sessions = Self.rivals(9)
        for session in sessions.prefix(8) { memory.remember(session) }
        #expect(sessions.prefix(8).allSatisfy { Self.has(memory, $0) })
        memory.remember(sessions[8])
        #expect(Self.has(memory, sessions[8]))
        #expect(sessions.count { Self.has(memory, $0) } == 8)
    }

    @Test("an earlier version of the same session makes room first")
    func versions() {
        var memory = SessionMemory()
        let others = Self.rivals(8).dropFirst()
        let versions = (0..<10).map { Self.session(high: 7, low: 9, version: $0) }
        for session in others + versions { memory.remember(session) }
        #expect((others + [versions[9]]).allSatisfy { Self.has(memory, $0) })
        #expect(versions.count { Self.has(memory, $0) } == 1)
    }

    @Test("has room for ten thousand sessions with random names")
    func random() {
        var memory = SessionMemory()
        let sessions = (0..<10_000).map { _ in
            Self.session(high: .random(in: 0...(.max)), low: .random(in: 0...(.max)))
        }
        for session in sessions { memory.remember(session) }
        #expect(sessions.count { !Self.has(memory, $0) } < 10)
    }

    @Test("has as many as its bound, and no more")
    func bound() {
        var memory = SessionMemory()
        // Both places of each are the same.
        let sessions = (0..<UInt64(SessionMemory.maximumSessions)).map { Self.session(high: $0, low: $0) }
        for session in sessions { memory.remember(session) }
        #expect(sessions.allSatisfy { Self.has(memory, $0) })
        let more = (0..<100).map { Self.session(high: $0 + 1 << 40, low: $0) }
        for session in more { memory.remember(session) }
        #expect((sessions + more).count { Self.has(memory, $0) } == SessionMemory.maximumSessions)
    }

    @Test("forgets what it is told to forget")
    func forget() {
        var memory = SessionMemory()
        let sessions = (0..<8).map { Self.session(low: $0) }
        for session in sessions { memory.remember(session) }
        memory.forget { $0.name.low % 2 == 0 }
        #expect(sessions.map { Self.has(memory, $0) } == (0..<8).map { $0 % 2 == 1 })
    }
}
