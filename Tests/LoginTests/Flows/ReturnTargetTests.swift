import Testing

@testable import Login

@Suite("RP3: the target after sign-in")
struct ReturnTargetTests {
    private static let base = BaseURL("https://app.example.com")!
    private static let listed = [BaseURL("https://docs.example.com")!, BaseURL("http://127.0.0.1:8080")!]

    private static func location(_ text: String) -> String? {
        ReturnTarget(text, baseURL: self.base, origins: self.listed)?.location
    }

    @Test("RP3: of more than a thousand known ways to another origin these alone are taken, each as listed")
    func corpus() throws {
        let targets = try Corpus.targets()
        #expect(targets.count > 1000)
        var accepted: [String: String] = [:]
        for target in targets {
            if let location = Self.location(target) { accepted[target] = location }
        }
        #expect(try accepted == Corpus.accepted())
    }

    @Test(
        "RP3: is a path of the gateway, as it was written",
        arguments: [
            "/", "/app", "/app/", "/app?a=1&b=//evil.example", "/app#part", "/app?next=https://evil.example/..//",
            "/a.b/.well-known/c..d/...", "/app/@evil.example", "/app%20of%20mine", "/app?x=%2f%5c%00", "/%", "/%4",
        ]
    )
    func paths(_ text: String) {
        #expect(Self.location(text) == text)
    }

    @Test(
        "RP3: is an address on the gateway's origin or a listed one, written anew",
        arguments: [
            ("https://app.example.com", "https://app.example.com/"),
            ("HTTPS://APP.example.com:443/x", "https://app.example.com/x"),
            ("https://app.example.com/x?y#z", "https://app.example.com/x?y#z"),
            ("https://docs.example.com/a/", "https://docs.example.com/a/"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ]
    )
    func addresses(_ text: String, _ location: String) {
        #expect(Self.location(text) == location)
    }

    @Test(
        "RP3: is on no other origin, however near",
        arguments: [
            "http://app.example.com/", "https://app.example.com:8443/", "https://docs.example.com:444/",
            "https://docs.example.com.evil.example/", "https://x.docs.example.com/", "https://docs.example.com./",
            "https://me@docs.example.com/", "http://127.0.0.1/", "http://127.0.0.1:8081/", "http://localhost:8080/",
            "http://2130706433:8080/", "https:app.example.com", "https:/app.example.com", "https:///app.example.com",
        ]
    )
    func neighbours(_ text: String) {
        #expect(Self.location(text) == nil)
    }

    @Test(
        "RP3: has no segment that others read as slash, dots or control, also when they decode it twice",
        arguments: [
            "//", "/.", "/..", "/./x", "/x/..", "/x//y", "/%2e", "/%2E%2e/x", "/.%2e/x", "/%252e%252e/x", "/%2f",
            "/x%5cy",
            "/%252fevil.example", "/x%00", "/%0d%0aSet-Cookie:x", "/%7f", "/%250a", "/x\\y", "/x y", "/x\ty", "/x\ny",
            "/ä", "/\u{7F}",
        ]
    )
    func readings(_ text: String) {
        #expect(Self.location(text) == nil)
        #expect(Self.location("https://app.example.com" + text) == nil)
        #expect(Self.location("https://docs.example.com" + text) == nil)
    }

    @Test(
        "RP3: is no path of sign-in itself, which would go on for ever: the start page stands for it",
        arguments: [
            "/oauth2", "/oauth2/", "/oauth2/start?rd=/app", "/oauth2/callback?code=x", "/oauth2/sign_out", "/oauth2?x",
            "/oauth2#x", "/%6Fauth2/start", "/%256fauth2/start", "/oauth2%2Fstart",
        ]
    )
    func ownPaths(_ text: String) {
        // What could be read as another path is none at all.
        let location = text.contains("%2F") ? nil : "/"
        #expect(Self.location(text) == location)
        #expect(Self.location("https://app.example.com" + text) == location)
    }

    @Test(
        "RP3: may look like one of sign-in's",
        arguments: ["/oauth2x", "/OAuth2/start", "/app/oauth2/start", "/oauth"]
    )
    func likePaths(_ text: String) {
        #expect(Self.location(text) == text)
        #expect(Self.location("https://docs.example.com/oauth2/start") == "https://docs.example.com/oauth2/start")
    }

    @Test("RP3: has room in the flow cookie, and is not empty")
    func length() {
        let longest = "/" + String(repeating: "a", count: ReturnTarget.maximumByteCount - 1)
        #expect(Self.location(longest) == longest)
        #expect(Self.location(longest + "a") == nil)
        #expect(Self.location("") == nil)
        #expect(ReturnTarget.start.location == "/")
    }
}
