import Testing

@testable import SharedState

@Suite("The state of a server of the shared state")
struct RedisNodeStateTests {
    private static let grace = RedisNodeState.grace

    @Test("lets commands wait for the first connection, for a short grace")
    func firstConnection() {
        var state = RedisNodeState(now: 1000)
        #expect(state.admission(now: 1000) == .waits)
        #expect(state.admission(now: 999 + Self.grace) == .waits)
        #expect(state.admission(now: 1000 + Self.grace) == .fails)
        state.stood(now: 1500)
        #expect(state.admission(now: 1500) == .sends)
    }

    @Test("counts the grace from the loss on, not from the latest attempt")
    func grace() {
        var state = RedisNodeState(now: 0)
        state.stood(now: 10)
        state.lost(now: 5000, random: 0)
        #expect(state.admission(now: 5000) == .waits)
        state.lost(now: 5000 + Self.grace, random: 0)
        #expect(state.admission(now: 5000 + Self.grace) == .fails)
    }

    @Test(
        "pauses from half to all of a time that doubles up to a bound",
        arguments: [
            (0, 25, 50), (1, 50, 100), (2, 100, 200), (5, 800, 1600), (6, 1000, 2000), (7, 1000, 2000), (8, 1000, 2000),
            (1000, 1000, 2000),
        ] as [(Int, UInt64, UInt64)]
    )
    func pauses(_ failures: Int, _ least: UInt64, _ most: UInt64) {
        #expect(RedisNodeState.pause(after: failures, random: 0) == least)
        #expect(RedisNodeState.pause(after: failures, random: most - least) == most)
        #expect(RedisNodeState.pause(after: failures, random: most - least + 1) == least)
    }

    @Test("connects again after the pause, and gives an attempt up that takes too long")
    func attempts() {
        var state = RedisNodeState(now: 0)
        state.lost(now: 10, random: 0)
        #expect(state.tick(now: 34) == .nothing)
        #expect(state.tick(now: 35) == .connects)
        #expect(state.tick(now: 36) == .nothing)
        #expect(state.tick(now: 34 + RedisNodeState.maximumConnectTime) == .nothing)
        #expect(state.tick(now: 35 + RedisNodeState.maximumConnectTime) == .givesUp)
    }

    @Test("forgets its failures once a connection has stood for a while, not before")
    func stability() {
        var state = RedisNodeState(now: 0)
        for now in 1...3 as ClosedRange<UInt64> { state.lost(now: now, random: 0) }
        state.stood(now: 100)
        state.lost(now: 99 + RedisNodeState.stableTime, random: 0)
        #expect(state.failures == 4)
        state.stood(now: 5000)
        state.lost(now: 5000 + RedisNodeState.stableTime, random: 0)
        #expect(state.failures == 1)
    }

    @Test("connects at once at another address")
    func move() {
        var state = RedisNodeState(now: 0)
        state.lost(now: 10, random: 0)
        state.moved(now: 20)
        #expect(state.phase == .connecting(since: 20))
    }

    @Test("does nothing more once it is closed")
    func closed() {
        var state = RedisNodeState(now: 0)
        state.close()
        state.lost(now: 1, random: 0)
        state.moved(now: 2)
        #expect(state.tick(now: .max) == .nothing)
        #expect(state.admission(now: 3) == .fails)
    }
}
