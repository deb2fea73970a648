import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("An issuer's address")
struct IssuerAddressTests {
    @Test(
        "is a host, a port and a path, and has an origin that pages can show",
        arguments: [
            ("https://ID.example.com:8443/identity", "id.example.com", "/identity"),
            ("http://127.0.0.1:8080/a/b.c_d~e-f", "127.0.0.1", "/a/b.c_d~e-f"),
            ("http://localhost/identity", "localhost", "/identity"),
            ("https://[2001:DB8::1]/identity", "[2001:db8::1]", "/identity"),
        ]
    )
    func parts(_ text: String, _ host: String, _ path: String) throws {
        let issuer = try IssuerAddress(text)
        #expect(issuer.text == text)
        #expect(issuer.host == host)
        #expect(issuer.path == path)
        #expect(WebOrigin(of: issuer.origin) != nil)
    }

    @Test(
        "is nothing else",
        arguments: [
            ("", IssuerAddress.Fault.notAnAddress), ("/identity", .notAnAddress), ("https:/identity", .notAnAddress),
            ("HTTPS://a.example/identity", .notAnAddress), ("ftp://a.example/identity", .notAnAddress),
            ("https:///identity", .notAnAddress), ("https://me@a.example/identity", .notAnAddress),
            ("https://a;b/identity", .notAnAddress), ("https://a.example:port/identity", .notAnAddress),
            ("https://a.example./identity", .unusualHost), ("https://a.example.:443/identity", .unusualHost),
            ("https://a.example:/identity", .unusualHost), ("http://localhost./identity", .unusualHost),
            ("https://a.example/identity#", .hasQuery), ("https://a.example?x", .hasQuery),
            ("https://a.example", .noPath), ("https://a.example/", .noPath),
            ("https://a.example/identity/", .unusualPath), ("https://a.example/a/../b", .unusualPath),
            ("https://a.example/a//b", .unusualPath), ("https://a.example/%61", .unusualPath),
            ("http://a.example/identity", .insecure), ("http://127.0.0.1.evil.example/identity", .insecure),
        ]
    )
    func refused(_ text: String, _ fault: IssuerAddress.Fault) {
        #expect(throws: fault) { try IssuerAddress(text) }
    }
}
