import Bytes
import Cryptography
import JOSE
import OAuth
import Testing

@testable import Login

@Suite("Reading sessions")
struct SessionReaderTests {
    private static let start = SessionFixture.start

    private static func jar(_ session: Session, _ kit: SessionKit = SessionFixture.kit()) throws -> CookieJar {
        CookieJar(try #require(kit.lines(giving: session, at: self.start, replacing: 0)))
    }

    @Test("finds who signed in, and with what")
    func found() throws {
        var identity = SessionFixture.identity([JSONMember(name: "groups", value: ["staff"])])
        identity.scopes = ["items:read", "items:unknown"]
        let session = SessionFixture.session(identity, provider: "local")
        let reader = SessionFixture.reader(scopes: ["items:write", "items:read"])
        let found = try #require(reader.read(Self.jar(session)).session)
        let principal = found.principal
        #expect(principal.proof == .session)
        #expect(principal.issuer == 4 && principal.issuerName == "local")
        #expect(principal.claims == identity.claims)
        #expect(principal.scopeWords == ["items:read", "items:unknown"])
        var scopes = ScopeSet()
        scopes.insert(1)
        #expect(principal.scopes == scopes)
        #expect(found.endsAt == (Self.start + SessionFixture.lifetime) / 1000)
        #expect(String(decoding: found.authorization, as: UTF8.self) == "Authorization: Bearer an-access-token\r\n")
        #expect(reader.latest() == session)
    }

    @Test("finds a session of several parts", arguments: [3000, 6000, 9000])
    func several(_ byteCount: Int) throws {
        let claim = JSONMember(name: "long", value: .string(String(repeating: "x", count: byteCount)))
        let session = SessionFixture.session(SessionFixture.identity([claim]))
        let jar = try Self.jar(session)
        #expect(jar.cookies.count > 1)
        let reader = SessionFixture.reader()
        #expect(reader.read(jar).session != nil)
        #expect(reader.latest() == session)
    }

    @Test("finds none where no cookie is")
    func none() {
        let reader = SessionFixture.reader()
        #expect(reader.read(CookieJar()).isNone)
        #expect(reader.read(CookieJar([("gatehouse", "1.AAAA"), ("__Host-gatehouse_flow", "1.AAAA")])).isNone)
    }

    @Test("B3: refuses a box with any bit changed")
    func changes() throws {
        let kit = SessionFixture.kit()
        let box = kit.seal.seal(session: SessionRecord.write(SessionFixture.session()))
        let reader = SessionFixture.reader(kit)
        for bit in 0..<(box.count * 8) {
            var changed = box
            changed[bit / 8] ^= 1 << (bit % 8)
            let jar = CookieJar([("__Host-gatehouse", try #require(SessionParts.split(changed))[0])])
            #expect(reader.read(jar).isUnusable, "bit \(bit)")
        }
    }

    @Test("B3: refuses what another key, another cookie's name or another purpose sealed")
    func others() throws {
        let session = SessionFixture.session()
        let reader = SessionFixture.reader()
        #expect(try reader.read(Self.jar(session, SessionFixture.kit(keys: [.generate()]))).isUnusable)

        var settings = SessionFixture.settings()
        settings.cookie.name = "other"
        let value = try Self.jar(session, SessionFixture.kit(settings)).cookies[0].value
        #expect(reader.read(CookieJar([("__Host-gatehouse", value)])).isUnusable)

        let record = SessionRecord.write(session)
        let flow = try #require(SessionParts.split(reader.kit.seal.seal(flow: record)))
        #expect(reader.read(CookieJar([("__Host-gatehouse", flow[0])])).isUnusable)
    }

    @Test("a rotated key signs nobody out, until it is taken away")
    func rotation() throws {
        let (old, new) = (SealingKey.generate(), SealingKey.generate())
        let jar = try Self.jar(SessionFixture.session(), SessionFixture.kit(keys: [old]))
        #expect(SessionFixture.reader(SessionFixture.kit(keys: [old])).read(jar).session != nil)
        #expect(SessionFixture.reader(SessionFixture.kit(keys: [new, old])).read(jar).session != nil)
        #expect(SessionFixture.reader(SessionFixture.kit(keys: [new])).read(jar).isUnusable)
        let next = try Self.jar(SessionFixture.session(), SessionFixture.kit(keys: [new, old]))
        #expect(SessionFixture.reader(SessionFixture.kit(keys: [old])).read(next).isUnusable)
    }

    @Test("without keys a session lives as long as the process, across reloads")
    func processKey() throws {
        let jar = try Self.jar(SessionFixture.session())
        #expect(SessionFixture.reader(SessionFixture.kit()).read(jar).session != nil)
        let restarted = SessionKit(SessionFixture.settings(), sessionKey: .generate())
        #expect(SessionFixture.reader(restarted).read(jar).isUnusable)
    }

    @Test("B8: a session ends at its lifetime, and without requests before, also when it is remembered")
    func ends() throws {
        let reader = SessionFixture.reader()
        var session = SessionFixture.session()
        let jar = try Self.jar(session)
        #expect(reader.read(jar, at: Self.start + SessionFixture.idle - 1).session != nil)
        #expect(reader.read(jar, at: Self.start + SessionFixture.idle).isUnusable)

        session.times.seenAt = Self.start + SessionFixture.lifetime - 1
        let used = try Self.jar(session)
        #expect(reader.read(used, at: Self.start + SessionFixture.lifetime - 1).session != nil)
        #expect(reader.read(used, at: Self.start + SessionFixture.lifetime).isUnusable)
    }

    @Test(
        "says when the access token is to be refreshed",
        arguments: [(0, .none), (539, .none), (540, .ahead), (599, .ahead), (600, .due)]
            as [(Int64, SessionLife.Refresh)]
    )
    func refresh(_ seconds: Int64, _ expected: SessionLife.Refresh) throws {
        let reader = SessionFixture.reader()
        let jar = try Self.jar(SessionFixture.refreshable(tokenLife: 600))
        // The second time it is remembered.
        for _ in 0..<2 { #expect(reader.read(jar, at: Self.start + seconds * 1000).refresh == expected) }
    }

    @Test("refuses the session of a provider that the policy has no more")
    func unknownProvider() throws {
        let session = SessionFixture.session(provider: "former")
        let reader = SessionFixture.reader()
        #expect(try reader.read(Self.jar(session)).isUnusable)
        #expect(reader.take(session) == nil)
    }

    @Test("opens a session once, and each of its versions")
    func remembered() throws {
        let reader = SessionFixture.reader()
        let session = SessionFixture.refreshable(tokenLife: 600)
        let first = try #require(reader.read(Self.jar(session)).session)
        #expect(try reader.read(Self.jar(session)).session === first)
        var identity = session.identity
        identity.accessToken = .init("another-token")
        let refreshed = session.refreshed(identity, at: Self.start)
        let taken = try #require(reader.take(refreshed))
        #expect(String(decoding: taken.authorization, as: UTF8.self) == "Authorization: Bearer another-token\r\n")
        #expect(try reader.read(Self.jar(refreshed)).session === taken)
        #expect(try reader.read(Self.jar(session)).session !== taken)
    }

    @Test("a token that could end its line is not sent up", arguments: ["", "a\r\nX: y", "a b", "\u{E4}", "a\u{7F}"])
    func line(_ token: String) throws {
        var session = SessionFixture.session()
        session.identity.accessToken = .init(token)
        #expect(try SessionFixture.reader().read(Self.jar(session)).session?.authorization == [])
    }

    @Test("a session in use gets a later copy, once in a quarter of idle")
    func noted() throws {
        let reader = SessionFixture.reader()
        var jar = try Self.jar(SessionFixture.session())
        let early = Self.start + SessionFixture.idle / 4 - 1
        #expect(reader.read(jar, at: early).session != nil)
        #expect(reader.noteLatest(at: early, replacing: 1) == [])
        #expect(reader.read(jar, at: early + 1).session != nil)
        let lines = reader.noteLatest(at: early + 1, replacing: 1)
        #expect(lines.count == 1)
        jar.take(lines)
        #expect(reader.read(jar, at: early + SessionFixture.idle).session != nil)
        #expect(reader.latest()?.times.seenAt == early + 1)
        #expect(reader.latest()?.times.startedAt == Self.start)
    }
}
