import SharedState
import Testing

@testable import Login

@Suite("Sign-in on the control loop")
struct LoginServiceTests {
    private static let stores: [SessionSettings.Store] = [.cookie, .state]

    @Test("finds the session that a browser brings, wherever it is kept", arguments: stores)
    func found(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        let answer = try bench.ask(.userInfo)
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(#""subject":"alice""#))
        bench.cookies = CookieJar()
        #expect(try bench.ask(.userInfo).status == 401)
    }

    @Test("what is no session is none, and the browser is told to forget it", arguments: stores)
    func unusable(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        bench.cookies = CookieJar([("__Host-gatehouse", String(repeating: "A", count: 43))])
        #expect(try bench.ask(.userInfo).status == 401)
        #expect(try bench.ask(.signOut).fields.contains { $0.value.hasPrefix("__Host-gatehouse=; ") })
    }

    @Test("B8: a session that has lived its time is none", arguments: stores)
    func over(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        bench.now = SessionFixture.start + SessionFixture.idle
        #expect(try bench.ask(.userInfo).status == 401)
    }

    @Test("one that was signed out is none, nor is a copy of it", arguments: stores)
    func signedOut(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        let copy = bench.cookies
        _ = try bench.ask(.signOut, .post)
        #expect(bench.providers[0].revoked.count == 1)
        bench.cookies = copy
        #expect(try bench.ask(.userInfo).status == 401)
    }

    @Test("without the state it is unknown what a held session is, and nobody is told that it is none")
    func unknown() throws {
        let bench = try ServiceBench(.state)
        bench.state.isAway = true
        #expect(try bench.ask(.userInfo).status == 503)
        bench.state.isAway = false
        #expect(try bench.ask(.userInfo).status == 200)
    }

    @Test("hands a refreshed session over to all who have waited", arguments: stores)
    func refreshed(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        let answers = [bench.refresh(), bench.refresh()]
        #expect(bench.run { bench.providers[0].waiting.count == 1 })
        bench.providers[0].answer(token: "the-next")
        #expect(bench.run { answers.allSatisfy { $0.token == "the-next" } })
    }

    @Test("a person whom the policy lets in no more when the provider has answered is signed out", arguments: stores)
    func letIn(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        let answer = bench.refresh()
        #expect(bench.run { bench.providers[0].waiting.count == 1 })
        bench.reload { $0.providers[0].allow.groups = ["staff"] }
        bench.providers[0].answer(token: "the-next")
        #expect(bench.run { answer.isEnded })
        #expect(try bench.ask(.userInfo).status == 401)
    }

    @Test("a reload between question and answer keeps the answer", arguments: stores)
    func reloaded(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        let answer = bench.refresh()
        #expect(bench.run { bench.providers[0].waiting.count == 1 })
        bench.reload { $0.providers[0].scopes = ["openid"] }
        bench.providers[0].answer(token: "the-next")
        #expect(bench.run { answer.token == "the-next" })
        #expect(bench.providers.count == 2 && bench.providers[1].calls == 0)
    }

    @Test("a reload that takes the provider away ends its sessions", arguments: stores)
    func gone(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        bench.reload { $0.providers.removeFirst() }
        let answer = bench.refresh()
        #expect(bench.run { answer.isEnded })
        #expect(try bench.ask(.userInfo).status == 401)
    }
}
