import Bytes
import HTTP
import Testing
import Upstreams

@Suite("URLs that the gateway calls")
struct ControlURLTests {
    @Test(
        "a URL is where to connect, what to verify and what to ask for",
        arguments: [
            ("https://Corp.test", true, ServerAddress.name("corp.test", port: 443), "Corp.test", "/"),
            ("HTTP://corp.test.:8080/a?b", false, .name("corp.test", port: 8080), "corp.test.:8080", "/a?b"),
            ("http://127.0.0.1?a=/b", false, .ip(IPAddress(ipv4: 0x7f00_0001), port: 80), "127.0.0.1", "/?a=/b"),
            ("https://[::1]:1/", true, .ip(IPAddress(high: 0, low: 1), port: 1), "[::1]:1", "/"),
        ]
    )
    func parts(_ text: String, _ isSecure: Bool, _ server: ServerAddress, _ authority: String, _ target: String) throws
    {
        let url = try #require(ControlURL(text))
        #expect(url.isSecure == isSecure)
        #expect(url.server == server)
        #expect(url.authority == authority)
        #expect(url.target == target)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "corp.test", "https:", "https://", "https:///a", "ftp://a", "https://a@b", "https://a:b@c",
            "https://a#b",
            "https://a\\b", "https://a b", "https://a/\r\nX: y", "https://a/é", "https://a:0", "https://a:65536",
            "https://a:b", "https://[::1", "https://%61", "https://a/" + String(repeating: "a", count: 8192),
        ]
    )
    func refused(_ text: String) {
        #expect(ControlURL(text) == nil)
    }

    @Test(
        "knows what leads to this machine",
        arguments: [
            ("http://127.0.0.1:1/", true), ("http://[::1]/", true), ("http://LOCALHOST/", true),
            ("http://127.0.0.1.test/", false), ("http://10.0.0.1/", false), ("http://localhost.test/", false),
        ]
    )
    func loopback(_ text: String, _ isLoopback: Bool) throws {
        #expect(try #require(ControlURL(text)).isLoopback == isLoopback)
    }

    @Test("is itself again as a text", arguments: ["https://Corp.test:1/a?b=c", "http://[::1]/"])
    func text(_ text: String) throws {
        #expect(try #require(ControlURL(text)).text == text)
    }

    @Test("messages leave the query out")
    func description() {
        #expect(ControlURL("https://corp.test:1/keys?secret=1").map { "\($0)" } == "https://corp.test:1/keys")
    }

    @Test(
        "max-age is read from Cache-Control",
        arguments: [
            ("max-age=60", 60), ("public, Max-Age=3600 , must-revalidate", 3600), ("max-age=\"5\"", 5),
            ("max-age=99999999999999999999", 1 << 31), ("s-maxage=60", nil), ("max-age=", nil), ("max-age=-1", nil),
            ("max-age=1.5", nil), ("max-age=60, no-store", nil), ("no-cache, max-age=60", nil),
            ("max-age=1, max-age=2", nil),
            ("", nil),
        ] as [(String, Int64?)]
    )
    func maximumAge(_ value: String, _ seconds: Int64?) {
        let bytes = Array(value.utf8)
        #expect(CacheControl.maximumAge(bytes.span) == seconds)
    }
}
