import OAuth
import Testing

@testable import Trust

/// A schedule and its clock. `chance` is always a half, so that delays are known: a refresh after 0.8 of the lifetime, a retry
/// after 0.875 of the delay.
private struct Bench {
    var clock = TestClock()
    var schedule: KeySchedule

    init(_ change: (inout KeyRefreshSettings) -> Void = { _ in }) {
        var settings = KeyRefreshSettings()
        change(&settings)
        self.schedule = KeySchedule(settings, now: self.clock.now)
    }

    /// One whose first set has come.
    static func withKeys(_ change: (inout KeyRefreshSettings) -> Void = { _ in }) -> Bench {
        var bench = Bench(change)
        _ = bench.timeArrived()
        _ = bench.obtained()
        return bench
    }

    mutating func timeArrived() -> [KeySchedule.Action] { self.schedule.timeArrived(self.clock.now) }

    mutating func timeArrived(after duration: Duration) -> [KeySchedule.Action] {
        self.clock.pass(duration)
        return self.timeArrived()
    }

    mutating func asked(unknownKey: Bool) -> [KeySchedule.Action] {
        self.schedule.asked(isForUnknownKey: unknownKey, now: self.clock.now)
    }

    mutating func obtained(maximumAge: Int64? = nil) -> [KeySchedule.Action] {
        self.schedule.obtained(maximumAge: maximumAge, now: self.clock.now, chance: 0.5)
    }

    mutating func failed(endsTrust: Bool = false) -> [KeySchedule.Action] {
        self.schedule.failed(endsTrust: endsTrust, now: self.clock.now, chance: 0.5)
    }

    /// When something happens by itself, counted from now.
    var wait: UInt64? { self.schedule.nextEvent.map { $0 - min($0, self.clock.now) } }
}

@Suite("When keys are fetched")
struct KeyScheduleTests {
    @Test("the first fetch is due at the start")
    func firstFetch() {
        var bench = Bench()
        #expect(bench.wait == 0)
        #expect(bench.timeArrived() == [.fetch])
        #expect(!bench.schedule.hasEndedFirstFetch)
        #expect(bench.obtained() == [.answer(quietFor: 0)])
        #expect(bench.schedule.hasEndedFirstFetch)
    }

    @Test("the first fetch has ended also when it failed")
    func firstFetchFails() {
        var bench = Bench()
        _ = bench.timeArrived()
        _ = bench.failed()
        #expect(bench.schedule.hasEndedFirstFetch)
    }

    @Test("keys are refreshed before they run out")
    func refresh() {
        var bench = Bench.withKeys()
        #expect(bench.wait == 480_000)
        #expect(bench.timeArrived(after: .seconds(479)) == [])
        #expect(bench.timeArrived(after: .seconds(1)) == [.fetch])
    }

    @Test("gateways that were started together spread their refreshes", arguments: [(0.0, 540), (1.0, 420)])
    func spread(_ chance: Double, _ seconds: UInt64) {
        var bench = Bench()
        _ = bench.timeArrived()
        _ = bench.schedule.obtained(maximumAge: nil, now: bench.clock.now, chance: chance)
        #expect(bench.wait == seconds * 1000)
    }

    @Test(
        "a max-age between a minute and an hour takes the place of fresh",
        arguments: [(nil, 600), (59, 600), (60, 60), (3600, 3600), (3601, 600), (0, 600)] as [(Int64?, UInt64)]
    )
    func maximumAge(_ age: Int64?, _ lifetime: UInt64) {
        var bench = Bench()
        _ = bench.timeArrived()
        _ = bench.obtained(maximumAge: age)
        #expect(bench.wait == lifetime * 800)
    }

    @Test("there is one fetch at a time, and it answers everybody")
    func singleFlight() {
        var bench = Bench()
        _ = bench.timeArrived()
        #expect(bench.asked(unknownKey: false) == [])
        #expect(bench.asked(unknownKey: true) == [])
        #expect(bench.timeArrived(after: .seconds(1)) == [])
        #expect(bench.obtained() == [.answer(quietFor: 0)])
    }

    // MARK: - Unknown kids

    @Test("J15: unknown kids fetch once in unknown_kid, whatever becomes of it")
    func unknownKeys() {
        var bench = Bench.withKeys()
        #expect(bench.asked(unknownKey: true) == [.fetch])
        bench.clock.pass(.seconds(2))
        #expect(bench.obtained() == [.answer(quietFor: 28_000)])
        #expect(bench.asked(unknownKey: true) == [.answer(quietFor: 28_000)])
        bench.clock.pass(.milliseconds(27_999))
        #expect(bench.asked(unknownKey: true) == [.answer(quietFor: 1)])
        bench.clock.pass(.milliseconds(1))
        #expect(bench.asked(unknownKey: true) == [.fetch])
        #expect(bench.failed() == [.answer(quietFor: 30_000)])
    }

    @Test("a worker that has not heard of the set yet is only told to look")
    func lateWorker() {
        var bench = Bench.withKeys()
        #expect(bench.asked(unknownKey: false) == [.answer(quietFor: 0)])
    }

    @Test("an unknown kid does not fetch while a refresh has just failed")
    func unknownKeyInBackoff() {
        var bench = Bench.withKeys()
        #expect(bench.timeArrived(after: .seconds(480)) == [.fetch])
        #expect(bench.failed() == [.answer(quietFor: 875)])
        #expect(bench.asked(unknownKey: true) == [.answer(quietFor: 875)])
    }

    // MARK: - Failures

    @Test("retries come later and later, up to a bound")
    func backoff() {
        var bench = Bench()
        _ = bench.timeArrived()
        var waits: [UInt64] = []
        for _ in 0..<7 {
            _ = bench.failed()
            let wait = bench.wait ?? 0
            waits.append(wait)
            #expect(bench.timeArrived(after: .milliseconds(Int64(wait))) == [.fetch])
        }
        #expect(waits == [875, 1750, 3500, 7000, 13_125, 13_125, 13_125])
    }

    @Test("while a fetch has just failed, requests are answered at once")
    func answeredInBackoff() {
        var bench = Bench()
        _ = bench.timeArrived()
        #expect(bench.failed() == [.answer(quietFor: 875)])
        bench.clock.pass(.milliseconds(500))
        #expect(bench.asked(unknownKey: false) == [.answer(quietFor: 375)])
        bench.clock.pass(.milliseconds(375))
        #expect(bench.asked(unknownKey: false) == [.fetch])
    }

    @Test("a success forgets the failures")
    func recovery() {
        var bench = Bench()
        _ = bench.timeArrived()
        for _ in 0..<5 {
            _ = bench.failed()
            _ = bench.timeArrived(after: .seconds(15))
        }
        #expect(bench.obtained() == [.answer(quietFor: 0)])
        #expect(bench.wait == 480_000)
        _ = bench.timeArrived(after: .seconds(480))
        #expect(bench.failed() == [.answer(quietFor: 875)])
    }

    @Test("an old set serves for stale, and then no longer")
    func stale() {
        var bench = Bench.withKeys {
            $0.fresh = .seconds(10)
            $0.stale = .seconds(60)
        }
        #expect(bench.timeArrived(after: .seconds(8)) == [.fetch])
        // An issuer that says nothing: the set runs out during the fetch.
        #expect(bench.wait == 62_000)
        #expect(bench.timeArrived(after: .milliseconds(61_999)) == [])
        #expect(bench.timeArrived(after: .milliseconds(1)) == [.withdraw])
        #expect(bench.wait == nil)
        #expect(bench.failed() == [.answer(quietFor: 875)])
        #expect(bench.schedule.obtainedAt == nil)
    }

    @Test("RP9: another issuer in the metadata ends the trust in what was obtained before")
    func endsTrust() {
        var bench = Bench.withKeys()
        _ = bench.timeArrived(after: .seconds(480))
        #expect(bench.failed(endsTrust: true) == [.withdraw, .answer(quietFor: 875)])
        _ = bench.timeArrived(after: .milliseconds(875))
        #expect(bench.failed(endsTrust: true) == [.answer(quietFor: 1750)])
    }

    // MARK: - Reload

    @Test("a policy with the same times changes nothing")
    func sameTimes() {
        var bench = Bench.withKeys()
        bench.clock.pass(.seconds(100))
        bench.schedule.adopt(KeyRefreshSettings(), now: bench.clock.now, chance: 0)
        #expect(bench.wait == 380_000)
    }

    @Test("shorter times count from when the set was obtained")
    func shorterTimes() {
        var bench = Bench.withKeys()
        bench.clock.pass(.seconds(100))
        var settings = KeyRefreshSettings()
        settings.fresh = .seconds(60)
        bench.schedule.adopt(settings, now: bench.clock.now, chance: 0.5)
        #expect(bench.wait == 0)
        #expect(bench.timeArrived() == [.fetch])
    }
}
