import Testing

@testable import Login

@Suite("The base URL")
struct BaseURLTests {
    @Test(
        "is an origin as browsers write it",
        arguments: [
            ("https://app.example.com", "https://app.example.com", "app.example.com"),
            ("https://APP.example.com:443/", "https://app.example.com", "app.example.com"),
            ("http://localhost:8080", "http://localhost:8080", "localhost"),
            ("http://[::1]:80", "http://[::1]", "[::1]"),
        ]
    )
    func origins(_ text: String, _ origin: String, _ host: String) throws {
        let url = try #require(BaseURL(text))
        #expect(url.text == origin)
        #expect(url.host == host)
        #expect(url.isSecure == text.hasPrefix("https"))
    }

    @Test(
        "has neither path, query, fragment nor user",
        arguments: [
            "https://app.example.com/app", "https://app.example.com?x", "https://app.example.com#x",
            "https://me@app.example.com", "ftp://app.example.com", "app.example.com", "https://",
            "https://app.example.com.",
        ]
    )
    func others(_ text: String) {
        #expect(BaseURL(text) == nil)
    }

    @Test(
        "knows this machine",
        arguments: [("http://127.0.0.1", true), ("http://[::1]", true), ("http://127.0.0.1.example", false)]
    )
    func loopback(_ text: String, _ isLoopback: Bool) throws {
        #expect(try #require(BaseURL(text)).isLoopback == isLoopback)
    }
}
