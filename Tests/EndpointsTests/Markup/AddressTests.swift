import Testing

@testable import Endpoints

@Suite("Addresses on pages")
struct AddressTests {
    @Test("are paths that stay here", arguments: ["/", "/identity/login", "/a?b=c&d=%22", "/a//b"])
    func paths(_ text: String) {
        #expect(PagePath(text)?.text == text)
    }

    @Test(
        "are no paths that browsers take for another server or another scheme",
        arguments: [
            "", "a", "//evil.example", "/\\evil.example", "\\/evil.example", "javascript:alert(1)",
            "https://evil.example",
            "/a b", "/a\"b", "/a'b", "/a<b", "/a\nb", "/a\tb", "/\t/evil.example", "/ä", "/a`b", " /a",
        ]
    )
    func noPaths(_ text: String) {
        #expect(PagePath(text) == nil)
    }

    @Test(
        "lead to web pages",
        arguments: [
            ("https://example.com", "https", "example.com"),
            ("HTTPS://Example.COM:8443/a?b#c", "https", "example.com:8443"),
            ("http://127.0.0.1:8080/callback", "http", "127.0.0.1:8080"), ("http://[::1]:80/", "http", "[::1]:80"),
            ("https://example.com?x", "https", "example.com"),
            ("https://xn--bcher-kva.example/", "https", "xn--bcher-kva.example"),
        ]
    )
    func links(_ text: String, _ scheme: String, _ authority: String) {
        let url = WebURL(text)
        #expect(url?.text == text)
        #expect(url?.origin.scheme == scheme)
        #expect(url?.origin.authority == authority)
    }

    @Test(
        "lead nowhere else",
        arguments: [
            "", "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x", "file:///etc/passwd", "ftp://example.com", "//example.com", "/a", "https:example.com",
            "https:/example.com",
            "https://", "https:///a", "https://user@example.com", "https://user:pass@example.com",
            "https://exa mple.com",
            "https://example.com;x", "https://example.com, *", "https://exämple.com", "https://a\"b", "https://a'b/",
            "https://a/<b>",
            "https://a\\b", "com.example.app:/callback", "https://" + String(repeating: "a", count: 2048),
        ]
    )
    func noLinks(_ text: String) {
        #expect(WebURL(text) == nil)
    }

    @Test(
        "are known to stay on the device",
        arguments: [
            ("http://127.0.0.1:49152/", true), ("http://[::1]/", true), ("http://localhost:80/", true),
            ("com.example.notes:/callback", true), ("https://127.0.0.1.example/", false),
            ("https://localhost.example/", false),
        ]
    )
    func device(_ text: String, _ expected: Bool) {
        #expect(WebOrigin(of: text)?.isOnThisDevice == expected)
    }

    @Test("are shown as the host that they belong to, or as a scheme of the device")
    func shown() {
        #expect(WebOrigin(of: "https://Notes.example.com/callback?x")?.shown.text == "notes.example.com")
        #expect(WebOrigin(of: "https://notes.example.com/it's")?.shown.text == "notes.example.com")
        #expect(WebOrigin(of: "com.example.notes:/callback")?.shown.text == "com.example.notes:")
        #expect(WebOrigin(of: "notes:/callback") == nil)
        #expect(WebOrigin(of: "com.example;x:/callback") == nil)
    }
}
