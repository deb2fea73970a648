import Testing

@testable import Configuration

@Suite("Durations as text")
struct DurationTextTests {
    @Test(
        "are written in the largest unit that holds them, and read again",
        arguments: [
            "0s", "1ms", "1500ms", "90500ms", "1s", "59s", "1m", "90s", "30m", "1h", "90m", "24h", "1d", "365d",
        ]
    )
    func written(_ text: String) throws {
        let duration = try #require(Duration(policyText: text))
        let shown = text == "24h" ? "1d" : text
        #expect(duration.policyText == shown)
    }
}
