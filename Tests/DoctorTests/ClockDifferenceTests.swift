import Testing

@testable import Doctor

@Suite("The clock of a server")
struct ClockDifferenceTests {
    private static let now: Int64 = 1_700_000_000

    /// Asked now, answered so many milliseconds later.
    private static func difference(_ date: Int64, after: Int64 = 0) -> Int64 {
        ClockDifference(date: date, asked: self.now * 1000, answered: self.now * 1000 + after).seconds
    }

    @Test(
        "differs by no more than an answer proves",
        arguments: [
            // The second in which it was written may have begun, or be almost over.
            (0, 0, 0), (1, 0, 1), (-1, 0, 0), (-2, 0, -1), (-32, 0, -31), (32, 0, 32),
            // It was written at any moment of the five seconds.
            (5, 5000, 0), (37, 5000, 32), (-32, 5000, -31),
        ] as [(Int64, Int64, Int64)]
    )
    func proof(_ offset: Int64, _ duration: Int64, _ expected: Int64) {
        #expect(Self.difference(Self.now + offset, after: duration) == expected)
    }

    @Test(
        "is worth a warning over 30 s, and a failure over the leeway",
        arguments: [
            (30, 60, nil), (31, 60, .warning), (60, 60, .warning), (61, 60, .failure), (31, 30, .failure),
            (-30, 30, nil), (-31, 60, .warning), (-61, 60, .failure), (11, 10, .failure),
        ] as [(Int64, Int64, Finding.Verdict?)]
    )
    func bounds(_ seconds: Int64, _ leeway: Int64, _ verdict: Finding.Verdict?) {
        let date = Self.now + seconds - (seconds < 0 ? 1 : 0)
        let difference = ClockDifference(date: date, asked: Self.now * 1000, answered: Self.now * 1000)
        #expect(difference.seconds == seconds)
        #expect(difference.finding(on: .issuer("corp"), leeway: leeway)?.verdict == verdict)
    }

    @Test("that is ahead makes tokens that are not valid yet")
    func words() {
        let difference = ClockDifference(date: Self.now + 95, asked: Self.now * 1000, answered: Self.now * 1000)
        let finding = difference.finding(on: .issuer("corp"), leeway: 30)
        #expect(
            finding?.text
                == "its clock is 95 s ahead of this machine's, and 30 s are forgiven: its tokens are not valid yet"
        )
    }
}
