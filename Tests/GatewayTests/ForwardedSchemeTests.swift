import Testing

@testable import Gateway

@Suite("The scheme that a proxy in front names")
struct ForwardedSchemeTests {
    @Test(
        "is that of the request, also if it is told as a WebSocket's",
        arguments: [
            ("https", "https"), ("HTTPS", "https"), ("wss", "https"), ("http", "http"), ("ws", "http"),
            ("", nil), ("ftp", nil), ("https, http", nil), ("httpss", nil),
        ]
    )
    func read(_ value: String, _ expected: String?) {
        #expect(ForwardedScheme(value.utf8Span.span).map { "\($0.name)" } == expected)
    }
}
