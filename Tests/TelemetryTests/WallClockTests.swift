import Bytes
import Telemetry
import Testing

@Suite("Wall clock")
struct WallClockTests {
    // Expected values: date -u -d @N.
    @Test(
        "writes RFC 3339 with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_005, "2024-02-29T23:59:59.005Z"),
            (1_735_689_599_040, "2024-12-31T23:59:59.040Z"),
            (1_772_323_200_700, "2026-03-01T00:00:00.700Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func format(_ milliseconds: Int64, _ expected: String) {
        var clock = WallClock()
        #expect(text { clock.append(milliseconds, to: &$0) } == expected)
    }

    @Test("follows the clock within and across seconds, and back")
    func sequence() {
        var clock = WallClock()
        let written = text { buffer in
            for milliseconds: Int64 in [1_000_999, 1_001_000, 1_001_001, 1_000_000] {
                clock.append(milliseconds, to: &buffer)
                buffer.append(0x20)
            }
        }
        #expect(
            written
                == "1970-01-01T00:16:40.999Z 1970-01-01T00:16:41.000Z 1970-01-01T00:16:41.001Z 1970-01-01T00:16:40.000Z "
        )
    }

    @Test("the current time is after this was written")
    func now() {
        #expect(WallClock.milliseconds > 1_750_000_000_000)
        #expect(WallClock.monotonicNanoseconds <= WallClock.monotonicNanoseconds)
    }
}
