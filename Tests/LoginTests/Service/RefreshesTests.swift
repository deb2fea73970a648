import Telemetry
import Testing

@testable import Login

@Suite("Refreshing sessions among several gateways")
struct RefreshesTests {
    private static let stores: [SessionSettings.Store] = [.cookie, .state]

    @Test("B5: one gateway asks the provider, the other gets its result", arguments: stores)
    func once(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin()
        let second = bench.refresh(at: 1, isDue: true)
        let third = bench.refresh(at: 0, isDue: true)
        // Longer than the second takes to look for the lock again.
        bench.wait(.milliseconds(250))
        #expect(bench.provider.waiting.count == 1 && second.outcome == nil)
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.outcome != nil && second.outcome != nil && third.outcome != nil })
        for answer in [first, second, third] { #expect(answer.token == "the-next") }
        #expect(bench.provider.calls == 1)
        // Who comes late with what the browser had before gets it, too.
        let late = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { late.outcome != nil })
        #expect(late.token == "the-next" && bench.provider.calls == 1)
    }

    @Test("who need not wait goes on with what it has", arguments: stores)
    func ahead(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin(isDue: false)
        let others = [bench.refresh(at: 0, isDue: false), bench.refresh(at: 1, isDue: false)]
        #expect(bench.run { others.allSatisfy { $0.isKept } })
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
    }

    @Test("a provider that fails gives the lock back, and the other may try", arguments: stores)
    func fails(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin()
        bench.provider.fail(.unavailable("is away"))
        #expect(bench.run { first.isKept })
        // It is not asked again at once by the same gateway.
        let again = bench.refresh(at: 0, isDue: true)
        #expect(bench.run { again.isKept })
        #expect(bench.provider.calls == 1)
        let other = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { bench.provider.waiting.count == 1 })
        bench.provider.answer(token: "the-next")
        #expect(bench.run { other.token == "the-next" })
    }

    @Test("a provider that says no ends the session", arguments: stores)
    func refused(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin()
        bench.provider.fail(.refused("invalid_grant"))
        #expect(bench.run { first.isEnded })
    }

    @Test("a lock that nobody gives back ends no session: one whose token holds, or held a while ago, goes on")
    func stuck() throws {
        // Far less than the lock's lifetime, after which the other would be the one that asks.
        let bench = try RefreshBench(.cookie, patience: .init(looking: .seconds(2)))
        _ = bench.begin()
        let other = bench.refresh(at: 1, isDue: true)
        bench.wait(.milliseconds(150))
        #expect(other.outcome == nil)
        #expect(bench.run { other.isKept })
        bench.now += SessionLife.providerGrace
        let late = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { late.isUnavailable })
    }

    @Test("who comes while the lock is given back is told what the others were", arguments: stores)
    func late(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        var joined: [RefreshAnswer] = []
        let first = bench.begin { joined.append(bench.refresh(at: 0, isDue: true)) }
        bench.provider.fail(.refused("invalid_grant"))
        #expect(bench.run { joined.count == 1 && joined[0].isEnded })
        #expect(first.isEnded && bench.provider.calls == 1)
    }

    @Test("somebody who comes back long after the token's end is not signed out by a provider that fails once")
    func absent() throws {
        let bench = try RefreshBench(.cookie)
        bench.now += 2 * SessionLife.providerGrace
        let first = bench.begin()
        bench.provider.fail(.unavailable("is away"))
        #expect(bench.run { first.isKept })
    }

    @Test("a session that was noted as seen meanwhile is kept, not ended")
    func noted() throws {
        let bench = try RefreshBench(.state)
        let first = bench.begin()
        try bench.writeAgain()
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
        let other = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { other.token == "the-next" })
        #expect(bench.provider.calls == 1)
    }

    @Test(
        "without the state nobody asks the provider: a token that still holds is kept, one that has run out is not judged"
    )
    func away() throws {
        let bench = try RefreshBench(.cookie)
        bench.states[0].isAway = true
        let due = bench.refresh(at: 0, isDue: true)
        #expect(bench.run { due.isUnavailable })
        bench.now = bench.session.times.refreshDueAt! - 1
        let ahead = bench.refresh(at: 0, isDue: false)
        #expect(bench.run { ahead.isKept })
        #expect(bench.provider.calls == 0)
    }

    @Test("a lock whose claim was never answered is given back, and makes nobody wait", arguments: stores)
    func lostClaim(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        bench.states[0].losesClaims = true
        let first = bench.refresh(at: 0, isDue: true)
        bench.states[0].isReleasing = false
        #expect(bench.run { first.isUnavailable })
        let other = bench.refresh(at: 1, isDue: true)
        bench.wait(.milliseconds(250))
        #expect(bench.provider.calls == 0 && other.outcome == nil)
        (bench.states[0].isReleasing, bench.states[0].losesClaims) = (true, false)
        #expect(bench.run { bench.provider.calls == 1 || other.outcome != nil })
        #expect(bench.provider.calls == 1)
        bench.provider.answer(token: "the-next")
        #expect(bench.run { other.token == "the-next" })
        let again = bench.refresh(at: 0, isDue: true)
        #expect(bench.run { again.token == "the-next" })
    }

    @Test("what was refreshed is written until it is kept, and nobody else asks meanwhile", arguments: stores)
    func written(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin()
        bench.states[0].isAway = true
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.token == "the-next" })
        let here = bench.refresh(at: 0, isDue: true)
        #expect(bench.run { here.token == "the-next" })
        let other = bench.refresh(at: 1, isDue: true)
        bench.wait(.milliseconds(400))
        #expect(other.outcome == nil)
        bench.states[0].isAway = false
        #expect(bench.run { other.token == "the-next" })
        #expect(bench.provider.calls == 1)
    }

    @Test("a contradicted answer changes nothing but the refresh token, which the next try brings", arguments: stores)
    func contradicted(_ store: SessionSettings.Store) throws {
        let bench = try RefreshBench(store)
        let first = bench.begin()
        bench.provider.contradict(token: "rotated")
        #expect(bench.run { first.isKept })
        // The first gateway makes a pause, the second asks at once: not with what the provider takes no more.
        let other = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { bench.provider.waiting.count == 1 })
        #expect(bench.provider.waiting.first?.identity.refreshToken == Redacted("rotated"))
        bench.provider.answer(token: "the-next")
        #expect(bench.run { other.token == "the-next" })
    }

    @Test("one that was signed out meanwhile does not come back, and its next tokens are revoked")
    func removed() throws {
        let bench = try RefreshBench(.state)
        let first = bench.begin()
        try bench.remove()
        bench.provider.answer(token: "the-next")
        #expect(bench.run { first.isEnded })
        #expect(bench.provider.revoked.map(\.accessToken) == [Redacted("the-next")])
        let again = bench.refresh(at: 1, isDue: true)
        #expect(bench.run { again.isEnded })
        #expect(bench.provider.calls == 1)
    }
}
