import Testing

@testable import AuthorizationServer

@Suite("A redirect URI")
struct RedirectURITests {
    @Test(
        "is https, http on this machine, or of a scheme of one's own",
        arguments: [
            "https://app.example.com/callback", "https://app.example.com", "https://app.example.com:8443/a?b=c",
            "http://127.0.0.1/callback", "http://127.0.0.1:3000/", "http://[::1]:3000/",
            "http://localhost:3000/callback",
            "com.example.app:/callback", "com.example.app://callback", "https://[2001:db8::1]/callback",
            "https://192.0.2.1/", "https://1.example/", "https://a.0xg/", "https://a.1x/", "https://0x7f.1.example/",
        ]
    )
    func accepted(_ text: String) throws {
        #expect(try RedirectURI(text).text == text)
    }

    @Test(
        "AS1 AS2: is nothing else",
        arguments: [
            ("/callback", RedirectURI.Fault.notAbsolute), ("", .notAbsolute), ("https:/callback", .notAbsolute),
            ("HTTPS://app.example.com/", .notAbsolute), ("https://app.example.com/a b", .notAbsolute),
            ("https://app.exämple.com/", .notAbsolute), ("com.example.app:", .notAbsolute),
            ("https://app.example.com/#", .hasFragment), ("com.example.app:/#a", .hasFragment),
            ("https://*.example.com/", .hasWildcard), ("https://app.example.com/*", .hasWildcard),
            ("https://me@app.example.com/", .hasUser), ("http://127.0.0.1@evil.example/", .hasUser),
            ("https://", .badAuthority), ("https://app.example.com:port/", .badAuthority),
            ("https://app.example.com:/", .badAuthority), ("https://app.example.com:+80/", .badAuthority),
            ("https://app.example.com;x/", .badAuthority), ("https://[2001:db8::1::2]/", .badAuthority),
            ("https://a%2eb/", .badAuthority),
            ("http://0x7f.1/", .unusualNumber), ("https://0X7F.1/", .unusualNumber), ("https://127.1/", .unusualNumber),
            ("https://1.2.3/", .unusualNumber), ("https://a.example.0x/", .unusualNumber),
            ("https://2130706433:8443/", .unusualNumber), ("https://127.1./", .unusualNumber),
            ("https://1.2.3.4.5/", .unusualNumber), ("https://1.2.3.256/", .unusualNumber),
            ("https://01.2.3.4/", .unusualNumber), ("https://1.2.3.4./", .unusualNumber),
            ("https://a\\b/", .notAbsolute),
            ("http://app.example.com/", .insecure), ("http://127.0.0.1.evil.example/", .insecure),
            ("http://127.0.0.2/", .insecure), ("http://localhost.evil.example/", .insecure),
            ("http://[::2]/", .insecure),
            ("javascript:alert(1)", .schemeWithoutDot), ("data:text/html,x", .schemeWithoutDot),
            ("myapp:/callback", .schemeWithoutDot),
        ]
    )
    func refused(_ text: String, _ fault: RedirectURI.Fault) {
        #expect(throws: fault) { try RedirectURI(text) }
    }

    @Test("has a longest form")
    func longest() throws {
        let start = "https://app.example.com/"
        let longest = start + String(repeating: "a", count: RedirectURI.maximumByteCount - start.utf8.count)
        #expect(try RedirectURI(longest).text == longest)
        #expect(throws: RedirectURI.Fault.tooLong) { try RedirectURI(longest + "a") }
    }
}
