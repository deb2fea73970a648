import OAuth
import Testing

@Suite("Addresses of requests")
struct RequestAddressTests {
    @Test(
        "RFC 9449, section 4.3: are compared without query and fragment, after normalisation",
        arguments: [
            "https://server.example.com/a/token", "HTTPS://Server.EXAMPLE.com/a/token",
            "https://server.example.com:443/a/token", "https://server.example.com:/a/token",
            "https://server.example.com/a/token?x=1", "https://server.example.com/a/token#f",
            "https://server.example.com/a/%74oken", "https://server.example.com/a/./b/../token",
            "https://server.example.com/../a/token",
        ]
    )
    func equal(_ text: String) throws {
        let address = try #require(RequestAddress(text))
        #expect(address == RequestAddress("https://server.example.com/a/token"))
    }

    @Test(
        "are others by scheme, host, port and path",
        arguments: [
            "http://server.example.com/a/token", "https://server.example.com.evil.example/a/token",
            "https://server.example.com:8443/a/token", "https://server.example.com/a/token/",
            "https://server.example.com/a/Token", "https://server.example.com/a%2Ftoken",
            "https://server.example.com/a//token", "https://server.example.com",
        ]
    )
    func different(_ text: String) throws {
        let address = try #require(RequestAddress(text))
        #expect(address != RequestAddress("https://server.example.com/a/token"))
    }

    @Test("know that no path is the path /, that escapes have no case, and the port of http")
    func equivalences() {
        #expect(RequestAddress("http://a.example:80") == RequestAddress("http://a.example/"))
        #expect(RequestAddress("http://a.example/%c3%a9") == RequestAddress("http://a.example/%C3%A9"))
        #expect(RequestAddress("http://[::1]:80/x") == RequestAddress("http://[::1]/x"))
        #expect(RequestAddress("http://a.example:443/") != RequestAddress("http://a.example/"))
        #expect(RequestAddress("http://a.example/b/..") == RequestAddress("http://a.example/"))
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "/a/token", "https:/a", "ftp://a.example/", "https://", "https:///a", "https://:443/a",
            "https://user@a.example/", "https://a.example/%zz", "https://a.example/%7", "https://a.example/a b",
            "https://ä.example/", "https://a.example:65536/", "https://a.example;x/",
        ]
    )
    func refused(_ text: String) { #expect(RequestAddress(text) == nil) }
}
