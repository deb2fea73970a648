import Bytes
import HTTP
import Testing

@testable import Gateway

@Suite("The request that a proxy asks about")
struct OriginalRequestTests {
    /// Method, scheme, host and target as text, or the fault.
    private func told(by lines: [String], assumesGET: Bool = false) throws -> String {
        let (head, bytes) = try request(lines)
        do throws(OriginalRequestFault) {
            let original = try OriginalRequest(toldBy: head, bytes.span, assumesGET: assumesGET)
            return Self.text(original, bytes)
        } catch {
            return error.explanation
        }
    }

    private static func text(_ original: OriginalRequest, _ bytes: [UInt8]) -> String {
        let text = { (range: ByteRange) in bytes.span.bytes(range).string }
        let method = original.method.map(text) ?? "-"
        let scheme = original.scheme.map { "\($0.name)" } ?? "-"
        return "\(method) \(scheme) \(text(original.host)) \(text(original.target))"
    }

    static let forwarded = [
        "X-Forwarded-Uri: /a?b=c", "X-Forwarded-Method: PUT", "X-Forwarded-Host: app.test:8443",
        "X-Forwarded-Proto: https",
    ]
    static let url = ["X-Original-URL: https://app.test:8443/a?b=c", "X-Original-Method: PUT"]
    static let uri = ["X-Original-URI: /a?b=c", "X-Original-Method: PUT"]

    static let wholeRows: [([String], String)] = [
        (forwarded, "PUT https app.test:8443 /a?b=c"),
        (url, "PUT https app.test:8443 /a?b=c"),
        (uri, "PUT - api.test:81 /a?b=c"),
        // The scheme may come from a family of its own, and a WebSocket's is another name for one of ours.
        (uri + ["X-Forwarded-Proto: http"], "PUT http api.test:81 /a?b=c"),
        (url + ["X-Forwarded-Proto: wss"], "PUT https app.test:8443 /a?b=c"),
        // Two families that say the same, letter by letter but for the host.
        (forwarded + url, "PUT https app.test:8443 /a?b=c"),
        (uri + ["X-Forwarded-Host: API.test:81"], "PUT - api.test:81 /a?b=c"),
        // A name that is only like theirs is none of theirs.
        (uri + ["X_Original_URI: /b", "X-Original-Uri-: /b"], "PUT - api.test:81 /a?b=c"),
        // What is no part of it.
        (uri + ["Forwarded: host=evil.test;proto=ftp", "X-Rewrite-URL: /b"], "PUT - api.test:81 /a?b=c"),
    ]

    @Test("is told by one whole family", arguments: wholeRows)
    func whole(_ lines: [String], _ expected: String) throws {
        #expect(try self.told(by: lines) == expected)
    }

    static let missingRows: [([String], String)] = [
        ([], "x-forwarded-uri is missing"),
        (["X-Forwarded-Host: app.test"], "x-forwarded-uri is missing"),
        (Array(forwarded.dropFirst()), "x-forwarded-uri is missing"),
        ([forwarded[0], forwarded[2], forwarded[3]], "x-forwarded-method is missing"),
        ([forwarded[0], forwarded[1], forwarded[3]], "x-forwarded-host is missing"),
        (Array(forwarded.dropLast()), "x-forwarded-proto is missing"),
        ([url[0]], "x-original-method is missing"),
        ([uri[0]], "x-original-method is missing"),
        // The method of another family is none.
        ([uri[0], "X-Forwarded-Method: PUT"], "x-original-method is missing"),
        ([forwarded[0], forwarded[2], forwarded[3], uri[1]], "x-forwarded-method is missing"),
    ]

    @Test("is refused when a part is missing", arguments: missingRows)
    func missing(_ lines: [String], _ expected: String) throws {
        #expect(try self.told(by: lines) == expected)
    }

    @Test(
        "is refused when a part comes twice, even if it says the same",
        arguments: Self.forwarded + Self.url + [Self.uri[0]]
    )
    func repeated(_ line: String) throws {
        let name = line.prefix { $0 != ":" }.lowercased()
        let family = Self.forwarded.contains(line) ? Self.forwarded : Self.url.contains(line) ? Self.url : Self.uri
        #expect(try self.told(by: family + [line]) == "\(name) is there more than once")
    }

    @Test(
        "is refused when hosts of several proxies are in one line",
        arguments: ["a,b", "a, b", ",", "app.test:8443,"]
    )
    func severalHosts(_ hosts: String) throws {
        let lines = [Self.forwarded[0], Self.forwarded[1], "X-Forwarded-Host: \(hosts)", Self.forwarded[3]]
        #expect(try self.told(by: lines) == "x-forwarded-host is there more than once")
    }

    static let malformedRows: [([String], String)] = [
        (["X-Forwarded-Uri:"], "x-forwarded-uri"),
        (["X-Forwarded-Uri: a"], "x-forwarded-uri"),
        (["X-Forwarded-Uri: *"], "x-forwarded-uri"),
        (["X-Forwarded-Uri: http://app.test/a"], "x-forwarded-uri"),
        (["X-Forwarded-Uri: /a, /b"], "x-forwarded-uri"),
        (["X-Forwarded-Uri: /a\tb"], "x-forwarded-uri"),
        (["X-Original-URI: a", uri[1]], "x-original-uri"),
        (["X-Original-URI: /a", "X-Original-Method: a b"], "x-original-method"),
        (["X-Original-URI: /a", "X-Original-Method: GET, GET"], "x-original-method"),
        ([uri[0], "X-Original-Method: \(String(repeating: "A", count: 65))"], "x-original-method"),
        (["X-Original-URL: /a", uri[1]], "x-original-url"),
        (["X-Original-URL: ftp://app.test/a", uri[1]], "x-original-url"),
        (["X-Original-URL: https:/app.test/a", uri[1]], "x-original-url"),
        (["X-Original-URL: https:///a", uri[1]], "x-original-url"),
        (["X-Original-URL: https://app.test", uri[1]], "x-original-url"),
        (["X-Original-URL: https://app.test?/a", uri[1]], "x-original-url"),
        (["X-Original-URL: https://user@app.test/a", uri[1]], "x-original-url"),
        (["X-Original-URL: https://app.test/a b", uri[1]], "x-original-url"),
        (["X-Original-URL: https://", uri[1]], "x-original-url"),
        (["X-Original-URL: https", uri[1]], "x-original-url"),
        (["X-Original-URL: :", uri[1]], "x-original-url"),
        ([forwarded[0], forwarded[1], "X-Forwarded-Host: a/b", forwarded[3]], "x-forwarded-host"),
        ([forwarded[0], forwarded[1], forwarded[2], "X-Forwarded-Proto: https, http"], "x-forwarded-proto"),
        (uri + ["X-Forwarded-Proto: "], "x-forwarded-proto"),
    ]

    @Test("is refused when a part is malformed", arguments: malformedRows)
    func malformed(_ lines: [String], _ name: String) throws {
        #expect(try self.told(by: lines) == "\(name) is malformed")
    }

    static let contradictedRows: [([String], String)] = [
        (forwarded + ["X-Original-URI: /b"], "x-original-uri"),
        (forwarded + ["X-Original-URI: /a?b=c"], "host"),
        (forwarded + ["X-Original-URL: https://app.test:8443/a"], "x-original-url"),
        (forwarded + ["X-Original-URL: https://app.test/a?b=c"], "x-original-url"),
        (forwarded + ["X-Original-URL: http://app.test:8443/a?b=c"], "x-original-url"),
        (forwarded + ["X-Original-Method: GET"], "x-original-method"),
        (forwarded + ["X-Original-Method: put"], "x-original-method"),
        (url + ["X-Original-URI: /a?b=d"], "x-original-uri"),
        (url + ["X-Original-URI: /a?b=c"], "host"),
        (url + ["X-Forwarded-Host: app.test"], "x-forwarded-host"),
        (url + ["X-Forwarded-Proto: http"], "x-forwarded-proto"),
        (url + ["X-Forwarded-Method: GET"], "x-forwarded-method"),
        (uri + ["X-Forwarded-Host: evil.test"], "x-forwarded-host"),
        (uri + ["X-Forwarded-Method: POST"], "x-forwarded-method"),
    ]

    @Test("is refused when two families disagree, also in part", arguments: contradictedRows)
    func contradicted(_ lines: [String], _ name: String) throws {
        #expect(try self.told(by: lines) == "\(name) contradicts another field")
    }

    @Test("has a method that was not told only if the policy says which", arguments: [Self.uri[0], Self.url[0]])
    func defaultMethod(_ line: String) throws {
        #expect(try self.told(by: [line], assumesGET: true).hasPrefix("- "))
        #expect(try self.told(by: [line, "X-Forwarded-Method: GET"], assumesGET: true).hasPrefix("- "))
        let other = try self.told(by: [line, "X-Forwarded-Method: POST"], assumesGET: true)
        #expect(other == "x-forwarded-method contradicts another field")
        #expect(try self.told(by: [line, "X-Original-Method: POST"], assumesGET: true).hasPrefix("POST "))
        let forwarded = [Self.forwarded[0], Self.forwarded[2], Self.forwarded[3]]
        #expect(try self.told(by: forwarded, assumesGET: true) == "x-forwarded-method is missing")
    }

    @Test(
        "is never a tunnel",
        arguments: [
            [forwarded[0], forwarded[2], forwarded[3], "X-Forwarded-Method: CONNECT"],
            [url[0], "X-Original-Method: CONNECT"],
            [uri[0], "X-Original-Method: CONNECT"],
        ]
    )
    func tunnel(_ lines: [String]) throws {
        #expect(try self.told(by: lines).hasSuffix("-method is CONNECT"))
    }

    // MARK: - Envoy

    private func behindPrefix(_ target: String, _ lines: [String]) throws -> String {
        let text = "PUT \(target) HTTP/1.1\r\nHost: api.test:81\r\n\(lines.map { "\($0)\r\n" }.joined())\r\n"
        var head = RequestHead()
        let outcome = head.parse(text.utf8Span.span, limits: HeadLimits())
        try #require(outcome == .complete)
        let bytes = Array(text.utf8)
        do throws(OriginalRequestFault) {
            return Self.text(try OriginalRequest(behindPrefixOf: "/auth".utf8.count, head, bytes.span), bytes)
        } catch {
            return error.explanation
        }
    }

    @Test("is the question itself without a prefix", arguments: ["/auth", "http://api.test:81/auth"])
    func prefix(_ start: String) throws {
        #expect(try self.behindPrefix("\(start)/a?b=c", []) == "PUT - api.test:81 /a?b=c")
        let said = ["X-Forwarded-Proto: https", "X-Forwarded-Host: api.test:81", "X-Forwarded-Method: PUT"]
        #expect(try self.behindPrefix("\(start)/a?b=c", said) == "PUT https api.test:81 /a?b=c")
    }

    @Test(
        "is contradicted by fields beside it",
        arguments: [
            "X-Forwarded-Uri: /b", "X-Original-URI: /b", "X-Original-URL: http://api.test:81/b",
            "X-Original-URL: http://evil.test/a", "X-Forwarded-Method: GET", "X-Original-Method: GET",
            "X-Forwarded-Host: evil.test",
        ]
    )
    func beside(_ line: String) throws {
        let name = line.prefix { $0 != ":" }.lowercased()
        #expect(try self.behindPrefix("/auth/a", [line]) == "\(name) contradicts another field")
    }

    // MARK: - Paths

    @Test(
        "is asked about on paths as they were sent",
        arguments: [
            ("/oauth2/auth", ForwardAuthForm.authRequest), ("/oauth2/auth/forward", .forward),
            ("/oauth2/auth/envoy/", .envoy), ("/oauth2/auth/envoy/../forward", .envoy),
            ("/oauth2/auth/envoy//a", .envoy),
            ("/oauth2/auth/", nil), ("/oauth2//auth", nil), ("/oauth2/auth/forward/", nil), ("/oauth2/auth/envoy", nil),
            ("/oauth2/auth/envoyer/a", nil), ("/oauth2/%61uth", nil), ("/a/../oauth2/auth", nil), ("", nil), ("/", nil),
        ]
    )
    func forms(_ path: String, _ form: ForwardAuthForm?) {
        #expect(ForwardAuthForm(askedOn: path.utf8Span.span) == form)
    }

    @Test(
        "is never asked about elsewhere under the prefix",
        arguments: [("/oauth2", true), ("/oauth2/", true), ("/oauth2/a", true), ("/oauth", false), ("/oauth23", false)]
    )
    func prefix(_ path: String, _ isBelow: Bool) {
        #expect(ForwardAuthForm.isBelowPrefix(path.utf8Span.span) == isBelow)
    }
}
