import Bytes
import Cryptography
import Testing

@testable import Login
@testable import SharedState

@Suite("Sessions in the shared state")
struct HeldSessionTests {
    private static let start = SessionFixture.start

    private static var kit: SessionKit {
        var settings = SessionFixture.settings()
        settings.session.store = .state
        return SessionFixture.kit(settings)
    }

    /// A session as the state keeps it, under the handle that its browser has.
    private struct Kept {
        let handle: SessionHandle
        let jar: CookieJar
        let value: StateValue

        init(_ session: Session, _ kit: SessionKit) {
            self.handle = SessionHandle(of: session)
            self.jar = CookieJar(kit.lines(giving: self.handle, of: session, at: start, replacing: 0))
            self.value = .fixture(kit.seal.seal(held: SessionRecord.write(session), of: self.handle))
        }
    }

    @Test("the browser has a handle: 256 random bits, the first half of which are the session's name")
    func handle() throws {
        let session = SessionFixture.session()
        let handle = SessionHandle(of: session)
        #expect(handle.name == session.name && handle != SessionHandle(of: session))
        #expect(SessionHandle(handle.text.utf8Span.span) == handle)
        #expect("\(handle)" == "<redacted>")
        let kept = Kept(session, Self.kit)
        let cookie = try #require(kept.jar.cookies.first)
        #expect(kept.jar.cookies.count == 1 && cookie.name == "__Host-gatehouse" && cookie.value == kept.handle.text)
    }

    @Test(
        "what is no handle is no session",
        arguments: [
            "", "1.AAAA", String(repeating: "A", count: 42), String(repeating: "A", count: 44),
            String(repeating: "*", count: 43),
        ]
    )
    func malformed(_ text: String) {
        #expect(SessionHandle(text.utf8Span.span) == nil)
        #expect(SessionFixture.reader(Self.kit).read(CookieJar([("__Host-gatehouse", text)])).isUnusable)
    }

    @Test("a cookie that came twice is nobody's")
    func twice() {
        let kept = Kept(SessionFixture.session(), Self.kit)
        var jar = kept.jar
        jar.cookies += jar.cookies
        #expect(SessionFixture.reader(Self.kit).read(jar).isUnusable)
        #expect(SessionFixture.reader(Self.kit).read(CookieJar()).isNone)
    }

    @Test("is asked for, and then remembered for a while, for its own handle alone")
    func remembered() throws {
        let (kit, session) = (Self.kit, SessionFixture.session())
        let kept = Kept(session, kit)
        let reader = SessionFixture.reader(kit)
        #expect(reader.read(kept.jar).handle == kept.handle)
        let found = try #require(reader.take(kept.value, of: kept.handle, at: Self.start).session)
        #expect(found.principal.claims == session.identity.claims && found.handle == kept.handle)
        #expect(reader.read(kept.jar).session === found)
        // Whoever knows the name alone gets nowhere.
        let thief = SessionHandle(name: session.name, secret: SessionName())
        #expect(reader.read(CookieJar([("__Host-gatehouse", thief.text)])).handle == thief)
        #expect(reader.take(nil, of: thief, at: Self.start).isUnusable)
        #expect(reader.take(kept.value, of: thief, at: Self.start).isUnusable)
        #expect(reader.take(nil, of: kept.handle, at: Self.start).isUnusable)
    }

    @Test("the same value is not opened again, another one is")
    func versions() throws {
        let (kit, session) = (Self.kit, SessionFixture.session())
        let kept = Kept(session, kit)
        let reader = SessionFixture.reader(kit)
        let found = try #require(reader.take(kept.value, of: kept.handle, at: Self.start).session)
        #expect(reader.take(kept.value, of: kept.handle, at: Self.start).session === found)
        let again = StateValue.fixture(kept.value.bytes)
        let other = try #require(reader.take(again, of: kept.handle, at: Self.start).session)
        #expect(other !== found)
    }

    @Test("B3: opens under its own handle and this cookie's purpose alone, with no bit changed")
    func sealed() {
        let (kit, session) = (Self.kit, SessionFixture.session())
        let (kept, other) = (Kept(session, kit), Kept(SessionFixture.session(), kit))
        let reader = SessionFixture.reader(kit)
        #expect(reader.take(other.value, of: kept.handle, at: Self.start).isUnusable)
        let cookie = StateValue.fixture(kit.seal.seal(session: SessionRecord.write(session)))
        #expect(reader.take(cookie, of: kept.handle, at: Self.start).isUnusable)
        for bit in stride(from: 0, to: kept.value.bytes.count * 8, by: 7) {
            var changed = kept.value.bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(reader.take(.fixture(changed), of: kept.handle, at: Self.start).isUnusable, "bit \(bit)")
        }
    }

    @Test("B8: ends like one that its browser keeps, also while it is remembered")
    func ends() {
        let kit = Self.kit
        let kept = Kept(SessionFixture.session(), kit)
        let reader = SessionFixture.reader(kit)
        #expect(reader.take(kept.value, of: kept.handle, at: Self.start + SessionFixture.idle - 1).session != nil)
        #expect(reader.read(kept.jar, at: Self.start + SessionFixture.idle).isUnusable)
        #expect(reader.take(kept.value, of: kept.handle, at: Self.start + SessionFixture.idle).isUnusable)
    }

    @Test("a cut-off ends what is remembered, and what the state still has")
    func cut() throws {
        let (kit, session, cutOffs) = (Self.kit, SessionFixture.session(), CutOffs())
        let kept = Kept(session, kit)
        let reader = SessionFixture.reader(kit, cutOffs: cutOffs)
        #expect(reader.take(kept.value, of: kept.handle, at: Self.start).session != nil)
        #expect(
            cutOffs.add(CutOff(subject: .session(session.name), startedUntil: Self.start, lifetime: .seconds(60)))
                == .added
        )
        reader.forgetCut(by: [CutOff(subject: .session(session.name), startedUntil: .max, lifetime: .seconds(60))])
        #expect(reader.read(kept.jar).handle == kept.handle)
        #expect(reader.take(kept.value, of: kept.handle, at: Self.start).isUnusable)
    }

    @Test("what the state keeps is written anew once in a quarter of idle")
    func noted() throws {
        let (kit, session) = (Self.kit, SessionFixture.session())
        let kept = Kept(session, kit)
        let reader = SessionFixture.reader(kit)
        let quarter = Self.start + SessionFixture.idle / 4
        #expect(reader.take(kept.value, of: kept.handle, at: quarter).session != nil)
        #expect(reader.noted(kept.value, of: kept.handle, at: quarter - 1) == nil)
        let noted = try #require(reader.noted(kept.value, of: kept.handle, at: quarter))
        #expect(noted.lifetime == .milliseconds(SessionFixture.idle))
        let later = try #require(reader.session(.fixture(noted.bytes), of: kept.handle))
        #expect(later.times.seenAt == quarter && later.times.startedAt == Self.start)
        #expect(later.identity == session.identity)
    }
}

extension StateValue {
    /// As the state has read it; each is another version.
    static func fixture(_ bytes: [UInt8]) -> StateValue {
        var supply = RandomSupply()
        return StateValue(bytes: bytes, version: .random(&supply))
    }
}

extension SessionFinding {
    var handle: SessionHandle? {
        guard case .held(let handle) = self else { return nil }
        return handle
    }
}
