import HTTP
import Testing

@Suite("Hosts and ports of addresses")
struct AuthorityTests {
    @Test(
        "are a host in lower case, and a port if one is written",
        arguments: [
            ("App.Example.com", "app.example.com", nil), ("a_b-c.example:8443", "a_b-c.example", 8443),
            ("127.0.0.1:0", "127.0.0.1", 0), ("a:", "a", nil), ("[2001:DB8::1]:443", "[2001:db8::1]", 443),
            ("[::1]", "[::1]", nil), ("a:65535", "a", 65535),
        ] as [(String, String, UInt16?)]
    )
    func parts(_ text: String, _ host: String, _ port: UInt16?) throws {
        let authority = try #require(Authority(text))
        #expect(authority.host == host)
        #expect(authority.port == port)
    }

    @Test(
        "are nothing that another reader could take for another host",
        arguments: [
            "", ":80", "me@a", "me:word@a", "a@", "a%2eb", "a b", "a;b", "a,b", "a*", "a'b", "a/b", "ä", "a:b", "a:+1",
            "a:65536", "a:1:2", "[", "[]", "[::1", "[::1]x", "[::1]:x", "[1.2.3.4]", "[::1%25eth0]", "::1", "a[::1]",
        ]
    )
    func refused(_ text: String) { #expect(Authority(text) == nil) }
}
