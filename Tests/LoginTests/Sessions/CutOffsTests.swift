import JOSE
import Testing

@testable import Login

@Suite("Sessions that ended before their time")
struct CutOffsTests {
    private static let start = SessionFixture.start
    private static let session = SessionFixture.session(
        SessionFixture.identity([JSONMember(name: "sid", value: "s1")])
    )

    private static func cutOffs(_ subject: CutOffs.Subject, until startedUntil: Int64 = start) -> CutOffs {
        var cutOffs = CutOffs()
        cutOffs.add(
            subject,
            startedUntil: startedUntil,
            endsAt: startedUntil + SessionFixture.lifetime,
            now: startedUntil
        )
        return cutOffs
    }

    private static func jar(_ session: Session) throws -> CookieJar {
        CookieJar(try #require(SessionFixture.kit().lines(giving: session, at: self.start, replacing: 0)))
    }

    @Test(
        "each kind ends the session that it names, whether it was opened before or not",
        arguments: [
            .session(session.name), .providerSession(provider: "corp", sid: "s1"),
            .person(provider: "corp", subject: "alice"),
        ] as [CutOffs.Subject]
    )
    func kinds(_ subject: CutOffs.Subject) throws {
        let jar = try Self.jar(Self.session)
        let fresh = SessionFixture.reader()
        fresh.adopt(Self.cutOffs(subject))
        #expect(fresh.read(jar).isUnusable)
        #expect(fresh.take(Self.session) == nil)

        let reader = SessionFixture.reader()
        let opened = try #require(reader.read(jar).session)
        #expect(!reader.isCut(opened))
        reader.adopt(Self.cutOffs(subject))
        #expect(reader.isCut(opened))
        #expect(reader.read(jar).isUnusable)
    }

    @Test(
        "others are spared",
        arguments: [
            .session(SessionName()), .providerSession(provider: "corp", sid: "s2"),
            .providerSession(provider: "local", sid: "s1"), .person(provider: "corp", subject: "bob"),
            .person(provider: "local", subject: "alice"), .person(provider: "corp", subject: "s1"),
            .providerSession(provider: "corp", sid: "alice"),
        ] as [CutOffs.Subject]
    )
    func others(_ subject: CutOffs.Subject) throws {
        let reader = SessionFixture.reader()
        let opened = try #require(reader.read(Self.jar(Self.session)).session)
        reader.adopt(Self.cutOffs(subject))
        #expect(try reader.read(Self.jar(Self.session)).session === opened)
    }

    @Test("a cut-off by person spares later sign-ins, and counts for as late as the latest said")
    func later() {
        let person = CutOffs.Subject.person(provider: "corp", subject: "alice")
        var cutOffs = Self.cutOffs(person, until: 1000)
        #expect(cutOffs.cut([person], startedAt: 999) && cutOffs.cut([person], startedAt: 1000))
        #expect(!cutOffs.cut([person], startedAt: 1001))
        cutOffs.add(person, startedUntil: 500, endsAt: 600, now: 0)
        #expect(cutOffs.cut([person], startedAt: 1000))
        cutOffs.add(person, startedUntil: 2000, endsAt: 3000, now: 0)
        #expect(cutOffs.cut([person], startedAt: 2000) && !cutOffs.cut([person], startedAt: 2001))
        #expect(cutOffs.count == 1)
    }

    @Test("a session without sub or sid is known by its name alone")
    func names() {
        let identity = Identity(claims: [:], accessToken: .init("an-access-token"))
        let session = SessionFixture.session(identity)
        #expect(session.subjects == [.session(session.name)])
        #expect(Self.session.subjects.count == 3)
        #expect(!CutOffs().cut(session.subjects, startedAt: 0))
    }

    @Test("are bounded: the first to end makes room")
    func bound() {
        var cutOffs = Self.filled()
        #expect(cutOffs.count == CutOffs.maximumCount && cutOffs.generation == UInt64(CutOffs.maximumCount))
        // Known already: nobody has to go.
        cutOffs.add(Self.subject(7), startedUntil: 1, endsAt: 1, now: 0)
        #expect(cutOffs.count == CutOffs.maximumCount && cutOffs.cut([Self.subject(0)], startedAt: 1))
        cutOffs.add(Self.subject(-1), startedUntil: 1, endsAt: 99, now: 0)
        #expect(cutOffs.count == CutOffs.maximumCount)
        #expect(!cutOffs.cut([Self.subject(0)], startedAt: 1))
        #expect(cutOffs.cut([Self.subject(1)], startedAt: 1) && cutOffs.cut([Self.subject(-1)], startedAt: 1))
        #expect(cutOffs.generation == UInt64(CutOffs.maximumCount + 2))
    }

    @Test("when they are full, all whose sessions are over go")
    func over() {
        var cutOffs = Self.filled()
        cutOffs.add(Self.subject(-1), startedUntil: 1, endsAt: .max, now: 1000 + 60_000)
        // Those that end until then, which is one more than 60 000.
        #expect(cutOffs.count == CutOffs.maximumCount - 60_001 + 1)
        #expect(!cutOffs.cut([Self.subject(60_000)], startedAt: 1))
        #expect(cutOffs.cut([Self.subject(60_001)], startedAt: 1))
    }

    private static func subject(_ number: Int) -> CutOffs.Subject { .person(provider: "corp", subject: "\(number)") }

    /// As many as there may be, of which each ends a millisecond after the one before.
    private static func filled() -> CutOffs {
        var cutOffs = CutOffs()
        for number in 0..<CutOffs.maximumCount {
            cutOffs.add(self.subject(number), startedUntil: 1, endsAt: 1000 + Int64(number), now: 0)
        }
        return cutOffs
    }
}
