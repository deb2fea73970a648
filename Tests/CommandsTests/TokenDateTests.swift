import JOSE
import Testing

@testable import Commands

@Suite("A date of a token")
struct TokenDateTests {
    @Test(
        "is told with its distance in two units",
        arguments: [
            (0, "now"), (1, "in 1s"), (598, "in 9m 58s"), (3600, "in 1h"), (3605, "in 1h"), (90_061, "in 1d 1h"),
            (-61, "1m 1s ago"),
        ]
    )
    func distance(_ offset: Int64, _ expected: String) throws {
        let now = CommandFixture.now
        let date = try #require(TokenDate(.integer(now + offset)))
        #expect(date.description(at: now).split(separator: ", ").last.map(String.init) == expected)
    }

    @Test("is not made of what a calendar has no word for", arguments: [-1, 253_402_300_800, "5", nil] as [JSONValue?])
    func noDate(_ value: JSONValue?) {
        #expect(TokenDate(value ?? .null) == nil)
    }
}

@Suite("A claim on the command line")
struct ClaimAssignmentTests {
    @Test(
        "is JSON if it reads as JSON, else text",
        arguments: [
            ("team=red", "team", "red"), ("n=3", "n", 3), ("t=true", "t", true), ("s=\"3\"", "s", "3"),
            ("roles=[\"a\",\"b\"]", "roles", ["a", "b"]), ("e=", "e", ""), ("q=a=b", "q", "a=b"), ("n=03", "n", "03"),
            ("https://example.com/team=x", "https://example.com/team", "x"),
        ] as [(String, String, JSONValue)]
    )
    func parsed(_ text: String, _ name: String, _ value: JSONValue) {
        #expect(ClaimAssignment(text)?.name == name)
        #expect(ClaimAssignment(text)?.value == value)
    }

    @Test("needs a name and a sign", arguments: ["", "=x", "team"])
    func malformed(_ text: String) {
        #expect(ClaimAssignment(text) == nil)
    }
}
