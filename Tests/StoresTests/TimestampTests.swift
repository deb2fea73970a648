import Testing

@testable import Stores

@Suite("Moments")
struct TimestampTests {
    @Test("a duration counts to the millisecond", arguments: [1, 600, 3601, 86_399, 2_592_000])
    func addition(_ seconds: Int) {
        let sum = Fixture.now + .seconds(seconds)
        #expect(sum.milliseconds == Fixture.now.milliseconds + Int64(seconds) * 1000)
        #expect(sum - .seconds(seconds) == Fixture.now)
    }

    @Test("seconds are rounded down, also before 1970", arguments: [(1999, 1), (2000, 2), (-1, -1), (-1000, -1)])
    func seconds(_ milliseconds: Int, _ seconds: Int) {
        #expect(Timestamp(milliseconds: Int64(milliseconds)).seconds == Int64(seconds))
    }
}
