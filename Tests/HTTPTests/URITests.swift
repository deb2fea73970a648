import HTTP
import Testing

@Suite("URIs")
struct URITests {
    @Test("RFC 3986, section 1.1.2: are taken apart, and nothing is decoded")
    func examples() throws {
        let ftp = try #require(URI("ftp://ftp.is.co.za/rfc/rfc1808.txt"))
        #expect(ftp.scheme == "ftp" && ftp.authority == "ftp.is.co.za" && ftp.path == "/rfc/rfc1808.txt")
        let ldap = try #require(URI("ldap://[2001:db8::7]/c=GB?objectClass?one"))
        #expect(ldap.authority == "[2001:db8::7]" && ldap.path == "/c=GB" && ldap.query == "objectClass?one")
        let mail = try #require(URI("mailto:John.Doe@example.com"))
        #expect(mail.authority == nil && mail.path == "John.Doe@example.com" && mail.query == nil)
        let tel = try #require(URI("TEL:+1-816-555-1212"))
        #expect(tel.scheme == "tel" && tel.path == "+1-816-555-1212" && tel.fragment == nil)
    }

    @Test(
        "have a query and a fragment, which may be empty",
        arguments: [
            ("https://a", "", nil, nil), ("https://a?", "", "", nil), ("https://a#", "", nil, ""),
            ("https://a/b?c#d", "/b", "c", "d"), ("https://a/b#c?d", "/b", nil, "c?d"),
            ("https://a?b/c", "", "b/c", nil), ("https://a//b", "//b", nil, nil),
            ("https://a/%2F%20", "/%2F%20", nil, nil),
        ] as [(String, String, String?, String?)]
    )
    func parts(_ text: String, _ path: String, _ query: String?, _ fragment: String?) throws {
        let uri = try #require(URI(text))
        #expect(uri.authority == "a")
        #expect(uri.path == path)
        #expect(uri.query == query)
        #expect(uri.fragment == fragment)
    }

    @Test(
        "are nothing else",
        arguments: [
            "", ":", "a", "/a", "//a/b", "/a:b", "1a:b", "-a:b", "a_b:c", "ä:b", "a b:c", "https://a/ ", "https://a/\n",
            "https://a\\b", "https://a/é", "https://a/\u{7F}", " https://a",
        ]
    )
    func refused(_ text: String) { #expect(URI(text) == nil) }
}
