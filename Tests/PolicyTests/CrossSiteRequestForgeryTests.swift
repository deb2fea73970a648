import HTTP
import Testing

@testable import Policy

@Suite("B4: a cookie's token in a request that another site's page may have made")
struct CrossSiteRequestForgeryTests {
    private static let app = "https://app.example.com"

    private func isPossible(
        method: String = "POST",
        _ lines: [String],
        host: String = "api.example.com",
        scheme: StaticString = "https",
        cors origins: [String]? = nil,
        needsProof: Bool = false
    ) throws -> Bool {
        let text = (["\(method) / HTTP/1.1", "Host: \(host)"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
        let bytes = Array(text.utf8)
        var head = RequestHead()
        try #require(head.parse(bytes.span, limits: HeadLimits()) == .complete)
        return CrossSiteRequestForgery.isPossible(
            head,
            bytes.span,
            scheme: scheme,
            crossOrigin: origins.map { CrossOrigin(CORSSettings(origins: $0)) },
            needsProof: needsProof
        )
    }

    @Test(
        "B4: by Sec-Fetch-Site only the own origin's pages and the user may ask, whatever Origin says",
        arguments: [
            ("same-origin", false), ("none", false), ("same-site", true), ("cross-site", true), ("", true),
            ("Same-Origin", true), ("same-origin, none", true),
        ]
    )
    func site(_ site: String, _ expected: Bool) throws {
        #expect(try self.isPossible(["Sec-Fetch-Site: \(site)"]) == expected)
        #expect(try self.isPossible(["Sec-Fetch-Site: \(site)", "Origin: https://api.example.com"]) == expected)
        #expect(try self.isPossible(["Sec-Fetch-Site: \(site)", "Origin: null"]) == expected)
    }

    @Test(
        "B4: without Sec-Fetch-Site the origin must be the request's own",
        arguments: [
            ("https://api.example.com", "api.example.com", false),
            ("HTTPS://API.example.com", "api.EXAMPLE.com", false),
            ("https://api.example.com", "api.example.com:443", false),
            ("https://api.example.com:443", "api.example.com", false),
            ("https://api.example.com:8443", "api.example.com:8443", false),
            ("https://[::1]:8443", "[::1]:8443", false),
            ("https://api.example.com:8443", "api.example.com", true),
            ("https://api.example.com", "api.example.com:80", true),
            ("http://api.example.com", "api.example.com", true),
            ("https://example.com", "api.example.com", true),
            ("https://api.example.com.evil.example", "api.example.com", true),
            ("https://evil.example/api.example.com", "api.example.com", true),
            ("https//api.example.com", "api.example.com", true),
            ("https://", "api.example.com", true),
            ("null", "null", true),
            ("", "api.example.com", true),
        ]
    )
    func origin(_ origin: String, _ host: String, _ expected: Bool) throws {
        #expect(try self.isPossible(["Origin: \(origin)"], host: host) == expected)
    }

    @Test(
        "B4: the scheme is that of the request, with its own port",
        arguments: [
            ("http://localhost", "localhost", false), ("http://localhost", "localhost:80", false),
            ("http://localhost:8080", "localhost:8080", false), ("https://localhost", "localhost", true),
            ("http://localhost", "localhost:443", true),
        ]
    )
    func plain(_ origin: String, _ host: String, _ expected: Bool) throws {
        #expect(try self.isPossible(["Origin: \(origin)"], host: host, scheme: "http") == expected)
    }

    @Test("B4: without Sec-Fetch-Site a page that `cors` lists may ask, one that only `*` allows may not")
    func listed() throws {
        let asked = ["Sec-Fetch-Site: cross-site", "Origin: \(Self.app)"]
        #expect(try self.isPossible(asked, cors: [Self.app]))
        #expect(try self.isPossible(["Sec-Fetch-Site: same-site", asked[1]], cors: [Self.app]))
        #expect(try !self.isPossible(["Sec-Fetch-Site: same-origin", asked[1]], cors: [Self.app]))
        #expect(try !self.isPossible([asked[1]], cors: [Self.app]))
        #expect(try self.isPossible(asked, cors: ["*"]))
        #expect(try self.isPossible([asked[1]], cors: ["*"]))
        #expect(try self.isPossible([asked[0], "Origin: *"], cors: ["*"]))
        #expect(try self.isPossible([asked[0], "Origin: https://evil.example"], cors: [Self.app]))
        #expect(try self.isPossible([asked[0]], cors: [Self.app]))
    }

    @Test("B4: of a repeated field none is believed")
    func repeated() throws {
        #expect(try self.isPossible(["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: same-origin"]))
        #expect(try self.isPossible(["Origin: https://api.example.com", "Origin: https://api.example.com"]))
        #expect(try self.isPossible(["Origin: \(Self.app)", "Origin: \(Self.app)"], cors: [Self.app]))
    }

    @Test(
        "B4: requests that change nothing pass, unless they open a WebSocket",
        arguments: [
            ("GET", false), ("HEAD", false), ("OPTIONS", false), ("POST", true), ("PUT", true), ("DELETE", true),
            ("PATCH", true), ("get", true), ("PURGE", true),
        ]
    )
    func methods(_ method: String, _ expected: Bool) throws {
        let foreign = ["Origin: https://evil.example"]
        #expect(try self.isPossible(method: method, foreign) == expected)
        #expect(try self.isPossible(method: method, foreign + ["Connection: Upgrade", "Upgrade: websocket"]))
    }

    @Test("B4: without both fields no browser asks", arguments: ["GET", "POST"])
    func neither(_ method: String) throws {
        #expect(try !self.isPossible(method: method, []))
        #expect(try !self.isPossible(method: method, ["Connection: Upgrade", "Upgrade: websocket"]))
    }

    @Test(
        "B4: with a session it is for the browser to prove that no other site's page asks",
        arguments: [
            ([], true), (["Sec-Fetch-Site: same-origin"], false), (["Sec-Fetch-Site: none"], false),
            (["Sec-Fetch-Site: same-site"], true), (["Sec-Fetch-Site: cross-site"], true), (["Sec-Fetch-Site: "], true),
            (["Origin: https://api.example.com"], false), (["Origin: https://evil.example"], true),
            (["Origin: null"], true), (["Origin: "], true), (["Referer: https://api.example.com/"], true),
            (["Sec-Fetch-Site: cross-site", "Origin: https://api.example.com"], true),
            (["Sec-Fetch-Site: cross-site", "Origin: \(app)"], true), (["Origin: \(app)"], false),
            (["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: same-origin"], true),
        ] as [([String], Bool)]
    )
    func session(_ lines: [String], _ expected: Bool) throws {
        for method in ["POST", "PUT", "PATCH", "DELETE", "PURGE"] {
            #expect(try self.isPossible(method: method, lines, cors: [Self.app], needsProof: true) == expected)
        }
        for method in ["GET", "HEAD", "OPTIONS"] {
            #expect(try !self.isPossible(method: method, lines, cors: [Self.app], needsProof: true))
            let upgrade = lines + ["Connection: Upgrade", "Upgrade: websocket"]
            #expect(try self.isPossible(method: method, upgrade, cors: [Self.app], needsProof: true) == expected)
        }
    }
}
