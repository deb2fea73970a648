import Testing

@testable import Policy

@Suite("Host patterns")
struct HostPatternTests {
    @Test(
        "reads names, addresses and wildcards",
        arguments: [
            ("api.example.com", false, "api.example.com"),
            ("localhost", false, "localhost"),
            ("*.example.org", true, "example.org"),
            ("127.0.0.1", false, "127.0.0.1"),
            ("[::1]", false, "[::1]"),
            ("xn--bcher-kva.example", false, "xn--bcher-kva.example"),
            ("my_service", false, "my_service"),
        ]
    )
    func reads(_ text: String, _ isWildcard: Bool, _ name: String) throws {
        let pattern = try HostPattern(text)
        #expect(pattern.isWildcard == isWildcard)
        #expect(pattern.name == name)
    }

    @Test(
        "refuses what is no host",
        arguments: [
            ("", .empty),
            ("*.", .empty),
            ("*", .wildcardNotFirst),
            ("*a.example.org", .wildcardNotFirst),
            ("a.*.org", .wildcardNotFirst),
            ("*.*.org", .wildcardNotFirst),
            ("*.[::1]", .wildcardNotFirst),
            ("https://example.org", .hasScheme),
            ("example.org/", .hasScheme),
            ("example.org:443", .hasPort),
            ("[::1]:443", .hasPort),
            ("example.org.", .finalDot),
            ("Example.org", .upperCase),
            ("[FE80::1]", .upperCase),
            ("a..b", .badLabel("")),
            (".example.org", .badLabel("")),
            ("-a.example", .badLabel("-a")),
            ("bücher.example", .badLabel("bücher")),
            ("[::1", .badLabel("[::1")),
            ("[nonsense]", .badLabel("[nonsense]")),
            (String(repeating: "a", count: 64), .badLabel(String(repeating: "a", count: 64))),
            (String(repeating: "a.", count: 127) + "a", .tooLong),
        ] as [(String, HostPatternError)]
    )
    func refuses(_ text: String, _ error: HostPatternError) {
        #expect(throws: error) { try HostPattern(text) }
    }
}
