import Testing

@testable import Login

@Suite("When a provider's documents are fetched")
struct DocumentTimingTests {
    /// One that was obtained at 1000.
    private static func obtained() -> DocumentTiming {
        var timing = DocumentTiming()
        #expect(timing.asked(now: 1000) == .fetch)
        timing.obtained(now: 1000)
        return timing
    }

    @Test("one fetch at first use, for all who ask meanwhile")
    func first() {
        var timing = DocumentTiming()
        #expect(timing.asked(now: 0) == .fetch)
        #expect(timing.asked(now: 0) == .wait)
        #expect(timing.askedForAnother(now: 0) == .wait)
    }

    @Test("kept for ten minutes and no longer")
    func lifetime() {
        var timing = Self.obtained()
        #expect(timing.asked(now: 600_999) == .use)
        #expect(timing.asked(now: 601_000) == .fetch)
    }

    @Test("after a failure nothing is fetched for a second")
    func failure() {
        var timing = DocumentTiming()
        #expect(timing.asked(now: 0) == .fetch)
        timing.failed(now: 50, isUnreachable: true)
        #expect(timing.asked(now: 1049) == .fail)
        #expect(timing.asked(now: 1050) == .fetch)
    }

    @Test("a key that nobody knows has the set fetched once in half a minute")
    func unknownKey() {
        var timing = Self.obtained()
        #expect(timing.askedForAnother(now: 1001) == .fetch)
        timing.obtained(now: 1100)
        #expect(timing.askedForAnother(now: 31_000) == .use)
        #expect(timing.askedForAnother(now: 31_001) == .fetch)
    }

    @Test("one with patience serves on while no newer one can be had, and that is tried twice a minute")
    func patience() {
        var timing = DocumentTiming(patience: 1_000_000)
        #expect(timing.asked(now: 0) == .fetch)
        #expect(!timing.serves(at: 0))
        timing.obtained(now: 0)
        #expect(timing.asked(now: 600_000) == .fetch)
        timing.failed(now: 600_100, isUnreachable: true)
        #expect(timing.serves(at: 600_100))
        #expect(timing.asked(now: 630_099) == .use)
        #expect(timing.asked(now: 630_100) == .fetch)
        timing.failed(now: 1_599_999, isUnreachable: true)
        #expect(timing.asked(now: 1_599_999) == .use && !timing.serves(at: 1_600_000))
        #expect(timing.asked(now: 1_600_000) == .fail)
        #expect(timing.asked(now: 1_600_999) == .fetch)
    }

    @Test("what a provider answers is not passed over, whatever patience there is")
    func answered() {
        var timing = DocumentTiming(patience: 1_000_000)
        #expect(timing.asked(now: 0) == .fetch)
        timing.obtained(now: 0)
        #expect(timing.asked(now: 600_000) == .fetch)
        timing.failed(now: 600_000, isUnreachable: false)
        #expect(!timing.serves(at: 600_000) && timing.asked(now: 600_999) == .fail)
        #expect(timing.asked(now: 601_000) == .fetch)
        // Away again: nothing is known against what is there.
        timing.failed(now: 601_000, isUnreachable: true)
        #expect(timing.serves(at: 601_000) && timing.asked(now: 601_001) == .use)
    }

    @Test("one without is good for its lifetime alone")
    func impatience() {
        var timing = Self.obtained()
        #expect(timing.asked(now: 601_000) == .fetch)
        timing.failed(now: 601_000, isUnreachable: true)
        #expect(!timing.serves(at: 601_000) && timing.asked(now: 601_999) == .fail)
    }

    @Test("while a newer set is fetched, the one that is there goes on")
    func usedMeanwhile() {
        var timing = Self.obtained()
        #expect(timing.askedForAnother(now: 1001) == .fetch)
        #expect(timing.asked(now: 1002) == .use)
        timing.failed(now: 1003, isUnreachable: true)
        #expect(timing.asked(now: 1004) == .use)
    }
}
