import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("The lines that give a browser its session")
struct SessionKitTests {
    private static let start = SessionFixture.start

    private static func kit(_ base: String, _ change: (inout CookieSettings) -> Void = { _ in }) -> SessionKit {
        var settings = SessionFixture.settings(base)
        change(&settings.cookie)
        return SessionFixture.kit(settings)
    }

    /// The name and the attributes of the first line.
    private static func parts(_ kit: SessionKit) throws -> [String] {
        let line = try #require(kit.lines(giving: SessionFixture.session(), at: self.start, replacing: 0)).first ?? ""
        return [String(line.prefix { $0 != "=" }), String(line.drop { $0 != ";" })]
    }

    @Test("B2: over https no other host can plant or read it")
    func secure() throws {
        let expected = ["__Host-gatehouse", "; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=28800"]
        #expect(try Self.parts(Self.kit("https://app.example.com")) == expected)
    }

    @Test("B2: over http on loopback it is plain")
    func loopback() throws {
        let expected = ["gatehouse", "; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800"]
        #expect(try Self.parts(Self.kit("http://127.0.0.1:8080")) == expected)
    }

    @Test("B2: with a domain it is shared, and still secure")
    func domain() throws {
        let kit = Self.kit("https://app.example.com") { $0.domain = "example.com" }
        let expected = ["gatehouse", "; Path=/; HttpOnly; SameSite=Lax; Secure; Domain=example.com; Max-Age=28800"]
        #expect(try Self.parts(kit) == expected)
    }

    @Test("B2: same_site and the name are as set", arguments: ["Lax", "Strict", "None"])
    func sameSite(_ word: String) throws {
        let sameSite = try #require(CookieSettings.SameSite(rawValue: word.lowercased()))
        let kit = Self.kit("https://app.example.com") {
            $0.sameSite = sameSite
            $0.name = "app"
        }
        let expected = ["__Host-app", "; Path=/; HttpOnly; SameSite=\(word); Secure; Max-Age=28800"]
        #expect(try Self.parts(kit) == expected)
    }

    @Test("upstreams see none of its names, nor that of the flow cookie")
    func names() {
        let names = Self.kit("https://app.example.com").cookieNames.map { String(decoding: $0, as: UTF8.self) }
        let parts = ["__Host-gatehouse", "__Host-gatehouse_1", "__Host-gatehouse_2", "__Host-gatehouse_3"]
        #expect(names == parts + ["__Host-gatehouse_flow"])
    }

    @Test("it lives as long as what is left of the session")
    func age() throws {
        let kit = SessionFixture.kit()
        let session = SessionFixture.session()
        for (passed, left) in [(0, 28_800), (1, 28_799), (28_799_999, 0), (50_000_000, 0)] as [(Int64, Int)] {
            let lines = try #require(kit.lines(giving: session, at: Self.start + passed, replacing: 0))
            #expect(lines[0].hasSuffix("; Max-Age=\(left)"))
        }
    }

    @Test(
        "parts of a longer session are removed, as many as the browser may have",
        arguments: [(4, [1, 2, 3]), (3, [1, 2]), (2, [1]), (1, []), (0, [])] as [(Int, [Int])]
    )
    func removal(_ former: Int, _ removed: [Int]) throws {
        let lines = SessionFixture.kit().lines(giving: SessionFixture.session(), at: Self.start, replacing: former)
        let expected = removed.map {
            "__Host-gatehouse_\($0)=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
        }
        #expect(try Array(#require(lines).dropFirst()) == expected)
    }

    @Test("at the end all parts are removed")
    func removals() {
        let lines = SessionFixture.kit().removals(until: SessionParts.maximumCount)
        #expect(lines.count == SessionParts.maximumCount)
        #expect(lines[0] == "__Host-gatehouse=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0")
        #expect(lines.allSatisfy { $0.hasSuffix("; Max-Age=0") })
    }

    @Test("each line is one that browsers take: not longer than 4096 bytes")
    func length() throws {
        let lines = try #require(
            SessionFixture.kit().lines(giving: Self.session(claimBytes: 10_000), at: Self.start, replacing: 0)
        )
        #expect(lines.count == 4 && lines.allSatisfy { $0.utf8.count <= 4096 })
    }

    @Test("an ID token for which there is no room is left out, and nothing else")
    func idToken() throws {
        var session = Self.session(claimBytes: 6000)
        session.identity.refreshToken = Redacted("a-refresh-token")
        session.identity.idToken = Redacted(String(repeating: "i", count: 3000))
        #expect(try Self.kept(session) == session)
        session.identity.idToken = Redacted(String(repeating: "i", count: 6000))
        var smaller = session
        smaller.identity.idToken = nil
        #expect(try Self.kept(session) == smaller)
    }

    @Test("there are none for a session that is too large all the same", arguments: [nil, "an-id-token"])
    func tooLarge(_ idToken: String?) {
        var session = Self.session(claimBytes: 11_000)
        session.identity.idToken = idToken.map { Redacted($0) }
        #expect(SessionFixture.kit().lines(giving: session, at: Self.start, replacing: 0) == nil)
    }

    private static func session(claimBytes: Int) -> Session {
        let claim = JSONMember(name: "long", value: .string(String(repeating: "x", count: claimBytes)))
        return SessionFixture.session(SessionFixture.identity([claim]))
    }

    /// The session as it comes back.
    private static func kept(_ session: Session) throws -> Session? {
        let reader = SessionFixture.reader()
        let jar = CookieJar(try #require(reader.kit.lines(giving: session, at: self.start, replacing: 0)))
        return reader.read(jar).session.flatMap { _ in reader.latest() }
    }
}
