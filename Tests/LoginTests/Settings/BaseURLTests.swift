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
            ("https://192.0.2.7", "https://192.0.2.7", "192.0.2.7"),
            ("https://[2001:DB8::1:0:0:1]:8443", "https://[2001:db8::1:0:0:1]:8443", "[2001:db8::1:0:0:1]"),
            // No label of these is a number at the end.
            ("https://0x7f.1.example", "https://0x7f.1.example", "0x7f.1.example"),
            ("https://0xg", "https://0xg", "0xg"), ("https://a.-0", "https://a.-0", "a.-0"),
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
        "is in no spelling of an IP address that browsers never send",
        arguments: [
            ("http://[0:0::1]", "http://[::1]"), ("http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080"),
            ("https://[2001:db8:0:0:1:0:0:1]", "https://[2001:db8::1:0:0:1]"),
            ("https://[2001:db8::0:1]", "https://[2001:db8::1]"),
            ("https://[1::2:3:4:5:6:7]", "https://[1:0:2:3:4:5:6:7]"),
            ("http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]"), ("http://[::127.0.0.1]", "http://[::7f00:1]"),
            ("http://0x7f.1", "http://127.0.0.1"), ("http://0X7F.1", "http://127.0.0.1"),
            ("http://127.1:8080", "http://127.0.0.1:8080"), ("http://2130706433", "http://127.0.0.1"),
            ("http://0177.0.0.01", "http://127.0.0.1"), ("https://192.0.2.0x", "https://192.0.2.0"),
            ("https://0xffffffff", "https://255.255.255.255"),
        ]
    )
    func spellings(_ text: String, _ fix: String) {
        #expect(BaseURL(text) == nil)
        #expect(BaseURL.respelt(text)?.text == fix)
        #expect(BaseURL(fix)?.text == fix)
    }

    @Test(
        "is no address that is none",
        arguments: [
            "https://1.2.3.256", "https://1.2.3.4.5", "https://256.1", "https://4294967296", "https://08.1.1.1",
            "https://a.1", "https://1..1", "https://app.example.0x1", "https://99999999999999999999999",
        ]
    )
    func numbers(_ text: String) {
        #expect(BaseURL(text) == nil)
        #expect(BaseURL.respelt(text) == nil)
    }

    @Test(
        "knows this machine",
        arguments: [("http://127.0.0.1", true), ("http://[::1]", true), ("http://127.0.0.1.example", false)]
    )
    func loopback(_ text: String, _ isLoopback: Bool) throws {
        #expect(try #require(BaseURL(text)).isLoopback == isLoopback)
    }
}
