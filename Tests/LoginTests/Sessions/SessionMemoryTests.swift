import OAuth
import Testing

@testable import Login

@Suite("The sessions that a worker remembers")
struct SessionMemoryTests {
    /// `low` decides about the place.
    private static func session(high: UInt8 = 0, low: UInt64, version: UInt32 = 0) -> RememberedSession {
        let lowBytes = (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64($0))) }
        let identity = SessionFixture.identity()
        let session = Session(
            name: SessionName(([UInt8](repeating: high, count: 8) + lowBytes).span),
            version: version,
            times: SessionFixture.session().times,
            provider: "corp",
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

    @Test("four share a place; with a fifth one of them goes")
    func bucket() {
        var memory = SessionMemory()
        let sessions = (0..<5).map { Self.session(high: $0, low: 9) }
        for session in sessions.prefix(4) { memory.remember(session) }
        #expect(sessions.prefix(4).allSatisfy { Self.has(memory, $0) })
        memory.remember(sessions[4])
        #expect(Self.has(memory, sessions[4]))
        #expect(sessions.count { Self.has(memory, $0) } == 4)
    }

    @Test("an earlier version of the same session makes room first")
    func versions() {
        var memory = SessionMemory()
        let others = (1..<4).map { Self.session(high: $0, low: 9) }
        let versions = (0..<10).map { Self.session(low: 9, version: $0) }
        for session in others + versions { memory.remember(session) }
        #expect((others + [versions[9]]).allSatisfy { Self.has(memory, $0) })
        #expect(versions.count { Self.has(memory, $0) } == 1)
    }

    @Test("has as many as its bound, and no more")
    func bound() {
        var memory = SessionMemory()
        let sessions = (0..<SessionMemory.maximumSessions).map { Self.session(low: UInt64($0)) }
        for session in sessions { memory.remember(session) }
        #expect(sessions.allSatisfy { Self.has(memory, $0) })
        let more = (0..<100).map { Self.session(high: 1, low: UInt64($0)) }
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
