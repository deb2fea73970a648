import Testing

@testable import Gateway

@Suite("The times when keys are not asked for")
struct QuietTimesTests {
    private var times: QuietTimes {
        var times = QuietTimes()
        times.begin("corp", until: 1000)
        times.begin("partner", until: 2000)
        return times
    }

    static let table: [(UInt64, [Bool])] = [(999, [true, true]), (1000, [false, true]), (2000, [false, false])]

    @Test("end on time, each issuer's for itself", arguments: table)
    func ends(_ now: UInt64, _ expected: [Bool]) {
        #expect(["corp", "partner"].map { self.times.isQuiet($0, at: now) } == expected)
    }

    @Test("are none for an issuer that nobody has asked")
    func unknown() {
        #expect(!self.times.isQuiet("other", at: 0))
    }

    @Test("end early when the keys have changed, or the policy")
    func early() {
        var times = self.times
        times.end("corp")
        #expect(["corp", "partner"].map { times.isQuiet($0, at: 0) } == [false, true])
        times.endAll()
        #expect(!times.isQuiet("partner", at: 0))
    }

    @Test("are replaced by later ones")
    func again() {
        var times = self.times
        times.begin("corp", until: 3000)
        #expect(times.isQuiet("corp", at: 2999))
    }
}
