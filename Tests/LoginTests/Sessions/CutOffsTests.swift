import JOSE
import SharedState
import Testing

@testable import Login

@Suite("Sessions that ended before their time")
struct CutOffsTests {
    private static let start = SessionFixture.start
    private static let session = SessionFixture.session(
        SessionFixture.identity([JSONMember(name: "sid", value: "s1")])
    )

    private static func cutOff(
        _ subject: CutOff.Subject,
        until startedUntil: Int64 = start,
        for lifetime: Duration = .seconds(60)
    ) -> CutOff {
        CutOff(subject: subject, startedUntil: startedUntil, lifetime: lifetime)
    }

    private static func jar(_ session: Session) throws -> CookieJar {
        CookieJar(try #require(SessionFixture.kit().lines(giving: session, at: self.start, replacing: 0)))
    }

    @Test(
        "each kind ends the session that it names, whether it was opened before or not",
        arguments: [
            .session(session.name), .providerSession(provider: "corp", sid: "s1"),
            .person(provider: "corp", subject: "alice"),
        ] as [CutOff.Subject]
    )
    func kinds(_ subject: CutOff.Subject) throws {
        let jar = try Self.jar(Self.session)
        let known = CutOffs()
        #expect(known.add(Self.cutOff(subject)) == .added)
        let fresh = SessionFixture.reader(cutOffs: known)
        #expect(fresh.read(jar).isUnusable)
        #expect(fresh.take(Self.session) == nil)

        let later = CutOffs()
        let reader = SessionFixture.reader(cutOffs: later)
        let opened = try #require(reader.read(jar).session)
        #expect(!reader.isCut(opened))
        #expect(later.add(Self.cutOff(subject)) == .added)
        reader.forgetCut(by: [Self.cutOff(subject)])
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
        ] as [CutOff.Subject]
    )
    func others(_ subject: CutOff.Subject) throws {
        let cutOffs = CutOffs()
        let reader = SessionFixture.reader(cutOffs: cutOffs)
        let opened = try #require(reader.read(Self.jar(Self.session)).session)
        #expect(cutOffs.add(Self.cutOff(subject)) == .added)
        reader.forgetCut(by: [Self.cutOff(subject)])
        #expect(try reader.read(Self.jar(Self.session)).session === opened)
    }

    @Test("a cut-off by person spares later sign-ins, and counts for as late as the latest said")
    func later() {
        let person = CutOff.Subject.person(provider: "corp", subject: "alice")
        let cutOffs = CutOffs()
        #expect(!cutOffs.cut([person], startedAt: 0))
        #expect(cutOffs.add(Self.cutOff(person, until: 1000)) == .added)
        #expect(cutOffs.cut([person], startedAt: 999) && cutOffs.cut([person], startedAt: 1000))
        #expect(!cutOffs.cut([person], startedAt: 1001))
        #expect(cutOffs.add(Self.cutOff(person, until: 500)) == .known)
        #expect(cutOffs.add(Self.cutOff(person, until: 500, for: .seconds(1))) == .known)
        #expect(cutOffs.cut([person], startedAt: 1000))
        #expect(cutOffs.add(Self.cutOff(person, until: 2000)) == .added)
        #expect(cutOffs.cut([person], startedAt: 2000) && !cutOffs.cut([person], startedAt: 2001))
    }

    @Test("a session without sub or sid is known by its name alone")
    func names() {
        let identity = Identity(claims: [:], accessToken: .init("an-access-token"))
        let session = SessionFixture.session(identity)
        #expect(session.subjects == [.session(session.name)])
        #expect(Self.session.subjects.count == 3)
        #expect(!CutOffs().cut(session.subjects, startedAt: 0))
    }

    @Test("what would not fit is refused, and what is there stays")
    func bound() {
        let cutOffs = CutOffs()
        for number in 0..<CutOffs.maximumCount { #expect(cutOffs.add(Self.cutOff(Self.subject(number))) == .added) }
        #expect(cutOffs.add(Self.cutOff(Self.subject(-1))) == .noRoom)
        #expect(!cutOffs.cut([Self.subject(-1)], startedAt: 0))
        // Known already: nobody has to go.
        #expect(cutOffs.add(Self.cutOff(Self.subject(7), for: .seconds(600))) == .added)
        #expect(cutOffs.cut([Self.subject(0)], startedAt: 0))
    }

    @Test("are told to other gateways in one form, which says nobody's name")
    func shared() throws {
        for subject in Self.session.subjects {
            let cutOff = Self.cutOff(subject, until: .min + 7)
            #expect(CutOff(cutOff.shared) == cutOff)
            #expect(cutOff.shared.key.count == 40 && cutOff.shared.lifetime == .seconds(60))
        }
        let key = Self.cutOff(.person(provider: "corp", subject: "alice"), until: 1).shared.key
        #expect(key.suffix(8) == [0, 0, 0, 0, 0, 0, 0, 1])
        for other in [key.dropLast(), key + [0], []] {
            #expect(CutOff(SharedCutOff(key: Array(other), lifetime: .seconds(1))) == nil)
        }
    }

    private static func subject(_ number: Int) -> CutOff.Subject { .person(provider: "corp", subject: "\(number)") }
}
