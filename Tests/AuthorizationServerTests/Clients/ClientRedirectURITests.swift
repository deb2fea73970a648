import Testing

@testable import AuthorizationServer

@Suite("A redirect URI of a request")
struct ClientRedirectURITests {
    private static func client(_ redirectURIs: [String]) -> Client {
        var client = Client(name: "app", authentication: .none)
        client.redirectURIs = redirectURIs
        return client
    }

    @Test(
        "AS1: is one that is registered, byte by byte",
        arguments: [
            "https://app.example.com/callback", "https://app.example.com/callback?a=b", "com.example.app:/callback",
        ]
    )
    func exact(_ uri: String) {
        #expect(Self.client(["https://other.example.com/", uri]).registered(redirectURI: uri) == uri)
    }

    @Test(
        "AS1: is none that looks like it",
        arguments: [
            "https://app.example.com/callback/", "https://app.example.com/Callback", "https://APP.example.com/callback",
            "https://app.example.com:443/callback", "https://app.example.com/callback?", "https://app.example.com/call",
            "https://app.example.com/callback#", "https://app.example.com/x/../callback",
            "http://app.example.com/callback",
            "https://app.example.com/%63allback", "https://app.example.com.evil.example/callback",
            "https://app.example.com@evil.example/callback", "https://app.example.com/callback/../../evil", "",
        ]
    )
    func similar(_ uri: String) {
        #expect(Self.client(["https://app.example.com/callback"]).registered(redirectURI: uri) == nil)
    }

    @Test(
        "AS1: may have another port at a literal loopback address",
        arguments: [
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback"),
            ("http://127.0.0.1:8080/callback", "http://127.0.0.1/callback"),
            ("http://127.0.0.1:8080/callback?a=b", "http://127.0.0.1:65535/callback?a=b"),
            ("http://[::1]/callback", "http://[::1]:49152/callback"), ("http://[::1]:1", "http://[::1]:2"),
        ]
    )
    func loopback(_ registered: String, _ sent: String) {
        #expect(Self.client([registered]).registered(redirectURI: sent) == sent)
    }

    @Test(
        "AS1: may have another port nowhere else, and nothing but another port",
        arguments: [
            ("http://localhost:8080/callback", "http://localhost:8081/callback"),
            ("https://127.0.0.1:8080/callback", "https://127.0.0.1:8081/callback"),
            ("http://127.0.0.2:8080/callback", "http://127.0.0.2:8081/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152/other"),
            ("http://127.0.0.1/callback", "http://[::1]:49152/callback"),
            ("http://127.0.0.1", "http://127.0.0.1:80@evil.example"),
            ("http://127.0.0.1", "http://127.0.0.1.evil.example"),
            ("http://127.0.0.1", "http://127.0.0.1@evil.example"), ("http://127.0.0.1", "http://127.0.0.1:"),
            ("http://127.0.0.1/", "http://127.0.0.1:65536/"), ("http://127.0.0.1/", "http://127.0.0.1:0/"),
            ("http://127.0.0.1/", "http://127.0.0.1:000080/"),
            ("http://127.0.0.1/", "http://127.0.0.1:-1/"), ("http://127.0.0.1/", "http://127.0.0.1:+1/"),
        ]
    )
    func noOtherPort(_ registered: String, _ sent: String) {
        #expect(Self.client([registered]).registered(redirectURI: sent) == nil)
    }

    @Test("may be left out if there is one alone")
    func leftOut() {
        let uri = "https://app.example.com/callback"
        #expect(Self.client([uri]).registered(redirectURI: nil) == uri)
        #expect(Self.client([uri, "https://app.example.com/other"]).registered(redirectURI: nil) == nil)
        #expect(Self.client([]).registered(redirectURI: nil) == nil)
    }
}
