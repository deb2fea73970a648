import Bytes
import Gateway
import OAuth
import Policy
import Testing

@testable import Configuration

@Suite("routes and defaults")
struct RoutesSectionTests {
    @Test("take every key")
    func all() throws {
        let settings = PolicyFixture.settings(
            """
            routes:
              - name: read-orders
                hosts: [API.example.com, "*.example.org"]
                path: /tenants/{tenant}/orders/**
                methods: [GET, PROPFIND]
                networks: [10.0.0.0/8]
                access: authenticated
                upstream: orders
                strip_prefix: /tenants
                request_headers: { X-Api-Key: "k: v", X-Number: 3 }
                response_headers: { X-Frame-Options: DENY }
                timeout: 10s
                max_body: 1MiB
                upgrades: [WebSocket, tls]
                cors: { origins: ["https://App.example.com:443", "http://localhost:3000"], methods: [GET], headers: [X-A], exposed_headers: X-B, credentials: true, max_age: 10m }
                mode: enforce
                allow_encoded_slash: false
                other_readings: refuse
            """
        )
        let path = try PathPattern("/tenants/{tenant}/orders/**")
        var expected = RouteSettings(
            name: "read-orders",
            path: path,
            access: .authenticated,
            destination: .upstream("orders")
        )
        expected.hosts = ["api.example.com", "*.example.org"]
        expected.methods = ["GET", "PROPFIND"]
        expected.networks = [Network("10.0.0.0/8")!]
        expected.stripPrefix = "/tenants"
        expected.requestHeaders = [
            HeaderSettings(name: "X-Api-Key", value: "k: v"), HeaderSettings(name: "X-Number", value: "3"),
        ]
        expected.responseHeaders = [HeaderSettings(name: "X-Frame-Options", value: "DENY")]
        expected.timeout = .seconds(10)
        expected.maximumBody = 1_048_576
        expected.upgrades = ["websocket", "tls"]
        var cors = CORSSettings(origins: ["https://app.example.com", "http://localhost:3000"])
        cors.methods = ["GET"]
        cors.headers = ["X-A"]
        cors.exposed = ["X-B"]
        cors.credentials = true
        cors.maximumAge = .seconds(600)
        expected.cors = cors
        #expect(settings?.routes == [expected])
    }

    @Test("inherit from defaults key by key")
    func defaults() throws {
        let settings = PolicyFixture.settings(
            """
            identity: { authorization: strip }
            defaults:
              upstream: orders
              access: authenticated
              timeout: 60s
              networks: 10.0.0.0/8
              request_headers: { X-A: a }
              identity: { headers: { X-User: sub } }
            routes:
              - { path: /a }
              - { path: /b, access: public, respond: { body: hello }, timeout: 1s, request_headers: { X-B: b } }
              - { path: /c, redirect: /a, identity: { headers: { X-C: iss } } }
            """
        )
        let routes = try #require(settings?.routes)
        #expect(
            routes.map(\.destination) == [
                .upstream("orders"), .respond(status: 200, headers: [], body: "hello"),
                .redirect(to: "/a", status: 302),
            ]
        )
        #expect(routes.map(\.access) == [.authenticated, .public, .authenticated])
        #expect(routes.map(\.timeout) == [.seconds(60), .seconds(1), .seconds(60)])
        #expect(
            routes.map(\.requestHeaders) == [
                [HeaderSettings(name: "X-A", value: "a")], [HeaderSettings(name: "X-B", value: "b")],
                [HeaderSettings(name: "X-A", value: "a")],
            ]
        )
        #expect(routes.map { $0.identity.headers.map(\.name) } == [["X-User"], ["X-User"], ["X-C"]])
        #expect(routes.allSatisfy { $0.networks == [Network("10.0.0.0/8")!] })
    }

    @Test("have names of methods and path by default")
    func names() {
        let settings = PolicyFixture.settings(
            """
            defaults: { access: authenticated, upstream: echo }
            routes:
              - { path: /a, methods: GET }
              - { path: /a, methods: [POST, PUT] }
              - { path: "/a/**" }
            """
        )
        #expect(settings?.routes.map(\.name) == ["GET /a", "POST,PUT /a", "/a/**"])
    }

    @Test(
        "take an answer or another place for a destination",
        arguments: [
            (
                "respond: { status: 404, headers: { X-A: b }, body: no }",
                DestinationSettings.respond(status: 404, headers: [HeaderSettings(name: "X-A", value: "b")], body: "no")
            ),
            ("respond: {}", .respond(status: 200, headers: [], body: "")),
            ("respond: { status: 204 }", .respond(status: 204, headers: [], body: "")),
            ("redirect: https://b.example/x", .redirect(to: "https://b.example/x", status: 302)),
            (
                "redirect: { to: \"https://{host}{path}{query}\", status: 308 }",
                .redirect(to: "https://{host}{path}{query}", status: 308)
            ),
            ("redirect: \"/new{path}\"", .redirect(to: "/new{path}", status: 302)),
            ("redirect: \"https://b.example/#/{path}\"", .redirect(to: "https://b.example/#/{path}", status: 302)),
        ]
    )
    func destinations(_ destination: String, _ expected: DestinationSettings) {
        let settings = PolicyFixture.settings("routes: [{ path: /a, access: public, \(destination) }]")
        #expect(settings?.routes.map(\.destination) == [expected])
    }

    @Test(
        "strip a prefix as it stands in a normalised path",
        arguments: [("/a", "/a"), ("/a/b/", "/a/b"), ("/%61%20b", "/a%20b"), ("/ä:b", "/%C3%A4:b")]
    )
    func stripPrefix(_ prefix: String, _ expected: String) {
        let route =
            "{ path: \"\(prefix.hasSuffix("/") ? "\(prefix)c" : "\(prefix)/**")\", strip_prefix: \"\(prefix)\", access: public, upstream: echo }"
        #expect(PolicyFixture.settings("routes: [\(route)]")?.routes.map(\.stripPrefix) == [expected])
    }

    // MARK: - Problems

    @Test(
        "say what is wrong with a route",
        arguments: [
            (
                "{}",
                [
                    "1:10: error: routes[0]: `path` is missing",
                    "1:10: error: routes[0]: `access` is missing; write `access: public` if you mean it",
                    "1:10: error: routes[0]: leads nowhere; it needs one of `upstream`, `respond` and `redirect`",
                ]
            ),
            (
                "{ path: /, upstream: echo }",
                ["1:10: error: routes[0]: `access` is missing; write `access: public` if you mean it"]
            ),
            (
                "{ path: /, access: public }",
                ["1:10: error: routes[0]: leads nowhere; it needs one of `upstream`, `respond` and `redirect`"]
            ),
            (
                "{ path: /, access: public, upstream: eco }",
                ["1:47: error: routes[0].upstream: unknown upstream \"eco\"; did you mean `echo`?"]
            ),
            (
                "{ path: /, access: public, upstream: elsewhere }",
                ["1:47: error: routes[0].upstream: unknown upstream \"elsewhere\""]
            ),
            (
                "{ path: /, access: public, upstream: echo, respond: {} }",
                [
                    "1:53: error: routes[0].respond: a route leads to one place, not to `upstream` and `respond`"
                ]
            ),
            (
                "{ path: /, access: public, upstream: echo, acces: x }",
                ["1:53: error: routes[0].acces: unknown key; did you mean `access`?"]
            ),
            (
                "{ path: /, access: public, upstream: echo, maxBody: 1 }",
                ["1:53: error: routes[0].maxBody: unknown key; did you mean `max_body`?"]
            ),
            ("{ path: /, access: public, upstream: echo, name: \"\" }", ["1:59: error: routes[0].name: is empty"]),
            (
                "{ path: /, access: public, upstream: echo, name: \"a\\nb\" }",
                [
                    "1:59: error: routes[0].name: a name is at most 200 bytes without line ends and control characters"
                ]
            ),
            (
                "{ path: /, access: public, upstream: echo, mode: shadow }",
                ["1:59: error: routes[0].mode: `mode: shadow` is not supported by this version"]
            ),
            (
                "{ path: /, access: public, upstream: echo, mode: off }",
                ["1:59: error: routes[0].mode: expected one of `enforce`, `shadow`, found \"off\""]
            ),
            (
                "{ path: /, access: public, upstream: echo, rate_limit: { requests: 1 } }",
                [
                    "1:53: error: routes[0].rate_limit: `rate_limit` is not supported by this version"
                ]
            ),
            (
                "{ path: /, access: public, upstream: echo, timeout: 0s }",
                ["1:62: error: routes[0].timeout: must be longer than no time"]
            ),
            (
                "{ path: /, access: public, upstream: echo, networks: [] }",
                [
                    "1:63: error: routes[0].networks: the list is empty; leave the key out, or name something"
                ]
            ),
            (
                "{ path: /, access: public, upstream: echo, upgrades: [a b] }",
                [
                    "1:64: error: routes[0].upgrades[0]: expected a protocol such as `websocket`, found \"a b\""
                ]
            ),
            (
                "{ path: /a, access: public, upstream: echo, strip_prefix: /b }",
                [
                    "1:10: error: routes[0]: the path does not begin with the whole segments of `strip_prefix`"
                ]
            ),
            (
                "{ path: /a, access: public, upstream: echo, strip_prefix: / }",
                [
                    "1:68: error: routes[0].strip_prefix: expected whole literal segments, such as `/tenants`"
                ]
            ),
            (
                "{ path: /a, access: public, upstream: echo, strip_prefix: \"/{a}\" }",
                [
                    "1:68: error: routes[0].strip_prefix: expected whole literal segments, such as `/tenants`"
                ]
            ),
        ] as [(String, [String])]
    )
    func wrong(_ route: String, _ expected: [String]) {
        #expect(PolicyFixture.problems("routes: [\(route)]") == expected)
    }

    @Test(
        "say what is wrong with hosts, methods and paths",
        arguments: [
            ("methods: []", "methods: the list is empty; leave the key out, or name something"),
            ("methods: [GET, GET]", "methods[1]: the method stands here twice"),
            ("methods: get", "methods: methods are case-sensitive; did you mean `GET`?"),
            ("methods: [\"G T\"]", "methods[0]: \"G T\" is not the name of a method"),
            ("hosts: []", "hosts: the list is empty; leave the key out, or name something"),
            ("hosts: [\"\"]", "hosts[0]: \"\" is no host pattern: it is empty"),
            ("hosts: [\"http://a/\"]", "hosts[0]: \"http://a/\" is no host pattern: it has no scheme and no path"),
            ("hosts: [\"a:80\"]", "hosts[0]: \"a:80\" is no host pattern: hosts compare without port"),
            ("hosts: [a.]", "hosts[0]: \"a.\" is no host pattern: hosts compare without the final dot"),
            (
                "hosts: [\"*\"]",
                "hosts[0]: \"*\" is no host pattern: `*` stands only for whole labels in front, `*.example.org`; for any host leave `hosts` out"
            ),
            (
                "hosts: [\"a_ä.example\"]",
                "hosts[0]: \"a_ä.example\" is no host pattern: a label is 1 to 63 letters, digits and hyphens; other names are written in their `xn--` form"
            ),
            ("hosts: [\(String(repeating: "a.", count: 130))a]", "is no host pattern: it is longer than 253 bytes"),
            ("path: a", "path: \"a\" is no path pattern: it does not begin with `/`"),
            ("path: /a//b", "path: \"/a//b\" is no path pattern: it has an empty segment, `//`"),
            ("path: /a/../b", "path: \"/a/../b\" is no path pattern: `.` and `..` never reach a route"),
            ("path: /a?b", "path: \"/a?b\" is no path pattern: the query is not matched; it ends before `?` and `#`"),
            (
                "path: \"/a{b}\"",
                "path: \"/a{b}\" is no path pattern: a parameter is a whole segment, such as `/{name}/`"
            ),
            (
                "path: \"/{1}\"",
                "path: \"/{1}\" is no path pattern: the name of a parameter is letters, digits, `_` and `-`, and begins with a letter"
            ),
            ("path: \"/{a}/{a}\"", "path: \"/{a}/{a}\" is no path pattern: two parameters have one name"),
            (
                "path: /a/**/b",
                "path: \"/a/**/b\" is no path pattern: `**` is the whole last segment; one segment of any kind is `{name}`, the character itself `%2A`"
            ),
            (
                "path: /a%2",
                "path: \"/a%2\" is no path pattern: `%` is followed by two hexadecimal digits, and escapes are UTF-8"
            ),
            (
                "path: /a%00",
                "path: \"/a%00\" is no path pattern: paths with control characters or a backslash never reach a route"
            ),
            (
                "path: \"\((0...8).map { "/{a\($0)}" }.joined())\"",
                "is no path pattern: it has more than 8 parameters"
            ),
            ("path: \(String(repeating: "/a", count: 65))", "is no path pattern: it has more than 64 segments"),
        ]
    )
    func patterns(_ key: String, _ expected: String) {
        let path = key.hasPrefix("path") ? "" : "path: /a, "
        let lines = PolicyFixture.problems("routes: [{ \(path)access: public, upstream: echo, \(key) }]")
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix(expected) ?? false, "\(lines)")
    }

    @Test(
        "say what is wrong with destinations and headers",
        arguments: [
            ("respond: { status: 101 }", "respond.status: expected a whole number from 200 to 599, found \"101\""),
            ("respond: { status: 204, body: x }", "respond.body: an answer with status 204 has no body"),
            ("respond: { text: x }", "respond.text: unknown key"),
            ("redirect: { status: 302 }", "redirect: `to` is missing"),
            (
                "redirect: { to: /a, status: 200 }",
                "redirect.status: expected one of `301`, `302`, `303`, `307`, `308`, found \"200\""
            ),
            (
                "redirect: //evil.example",
                "redirect: expected a URL or a path, in which `{host}`, `{path}` and `{query}` stand for those of the request, found \"//evil.example\""
            ),
            (
                "redirect: \"https://a/{tenant}\"",
                "redirect: expected a URL or a path, in which `{host}`, `{path}` and `{query}` stand for those of the request, found \"https://a/{tenant}\""
            ),
            (
                "upstream: echo, request_headers: { \"X A\": b }",
                "request_headers.X A: \"X A\" is not the name of a header"
            ),
            (
                "upstream: echo, request_headers: { host: b }",
                "request_headers.host: `host` is written by the gateway itself"
            ),
            (
                "upstream: echo, request_headers: { Transfer-Encoding: b }",
                "request_headers.Transfer-Encoding: `Transfer-Encoding` is written by the gateway itself"
            ),
            (
                "upstream: echo, response_headers: { Content-Length: 3 }",
                "response_headers.Content-Length: `Content-Length` is written by the gateway itself"
            ),
            (
                "upstream: echo, request_headers: { X-A: b, x_a: c }",
                "request_headers.x_a: `x_a` and `X-A` are the same header"
            ),
            (
                "upstream: echo, request_headers: { X-A: \"b\\r\\nc\" }",
                "request_headers.X-A: a header value has no line ends and no control characters"
            ),
            (
                "upstream: echo, request_headers: { X-A: \"\\0\" }",
                "request_headers.X-A: a header value has no line ends and no control characters"
            ),
            (
                "upstream: echo, request_headers: { X-A: }",
                "request_headers.X-A: has no value; leave the key out, or give it one"
            ),
            ("upstream: echo, request_headers: { X-A: [b] }", "request_headers.X-A: expected text, found a list"),
            (
                "upstream: echo, request_headers: { X_Auth_Subject: b }",
                "request_headers: an identity header of this route stands here too"
            ),
        ]
    )
    func destinationProblems(_ keys: String, _ expected: String) {
        let lines = PolicyFixture.problems("routes: [{ path: /a, access: public, \(keys) }]")
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("error: routes[0].\(expected)") ?? false, "\(lines)")
    }

    @Test(
        "say what is wrong with cors",
        arguments: [
            ("{}", "error: routes[0].cors: `origins` is missing"),
            (
                "{ origins: app.example.com }",
                "error: routes[0].cors.origins: expected an origin such as `https://app.example.com`, or `*`, found \"app.example.com\""
            ),
            (
                "{ origins: https://app.example.com/ }",
                "error: routes[0].cors.origins: expected an origin such as `https://app.example.com`, or `*`, found \"https://app.example.com/\""
            ),
            (
                "{ origins: \"*\", credentials: true }",
                "error: routes[0].cors.origins: `*` and `credentials` would let every page act as its visitor; list the origins"
            ),
            ("{ origins: [\"*\", https://a.example] }", "error: routes[0].cors.origins: `*` stands alone"),
            ("{ origins: \"*\" }", "warning: routes[0].cors.origins: pages of every origin can read the answers"),
            (
                "{ origins: https://a, methods: \"a b\" }",
                "error: routes[0].cors.methods: expected a method, found \"a b\""
            ),
            (
                "{ origins: https://a, headers: \"a b\" }",
                "error: routes[0].cors.headers: expected the name of a header, found \"a b\""
            ),
        ]
    )
    func cors(_ cors: String, _ expected: String) {
        let lines = PolicyFixture.problems("routes: [{ path: /a, access: public, upstream: echo, cors: \(cors) }]")
        #expect(lines.map { String($0.drop { $0 != " " }.dropFirst()) } == [expected])
    }

    @Test(
        "say what is wrong with defaults",
        arguments: [
            ("{ name: a }", "1:13: error: defaults.name: each route has its own `name`"),
            ("{ path: /a }", "1:13: error: defaults.path: each route has its own `path`"),
            ("{ access: public }", "1:21: error: defaults.access: a route is public only if it says so itself"),
            (
                "{ access: optional }",
                "1:21: warning: defaults.access: every route without `access` lets requests without a token pass"
            ),
            ("{ mode: shadow }", "1:19: error: defaults.mode: `mode: shadow` is not supported by this version"),
            (
                "{ upstream: orderz }",
                "1:23: error: defaults.upstream: unknown upstream \"orderz\"; did you mean `orders`?"
            ),
            (
                "{ access: { claims: { t: \"{tenant}\" } } }",
                "2:10: error: routes[0]: `defaults.access.claims.t` names a parameter that the path does not have"
            ),
        ]
    )
    func wrongDefaults(_ defaults: String, _ expected: String) {
        let access = defaults.contains("claims") || defaults.contains("access: public") ? "" : "access: public, "
        let lines = PolicyFixture.problems("defaults: \(defaults)\nroutes: [{ path: /a, \(access)respond: {} }]")
        #expect(lines.first == expected)
        #expect(lines.count == 1, "\(lines)")
    }

    // MARK: - Together

    @Test("must be a list, and must be there")
    func list() {
        #expect(
            PolicyFixture.problems("routes: { path: / }") == [
                "1:9: error: routes: expected a list of routes, each beginning with `- `"
            ]
        )
        let lines = PolicyFixture.lines("version: 1\nlisteners: { a: { address: \"127.0.0.1:1\" } }\n")
        #expect(lines == ["1:1: error: `routes` is missing; a list of paths and who may pass"])
    }

    @Test("cannot want the same requests, or have one name")
    func conflicts() {
        let lines = PolicyFixture.problems(
            """
            defaults: { access: authenticated, upstream: echo }
            routes:
              - { path: "/a/{b}", methods: [GET, POST] }
              - { path: "/a/{c}/", methods: [POST] }
              - { path: /b }
              - { path: /b }
              - { path: /c, methods: GET, name: one }
              - { path: /d, methods: GET, name: one }
              - { path: /e, hosts: a.example }
              - { path: /e, hosts: b.example }
              - { path: /f, methods: GET }
              - { path: /f }
              - { path: /f, methods: HEAD }
            """
        )
        #expect(
            lines == [
                "4:5: error: routes[1]: the route on line 3 has the same path and takes POST too",
                "6:5: error: routes[3]: the route on line 5 has the same path, and neither lists its methods",
                "8:37: error: routes[5].name: the route on line 7 has this name",
                "10:5: error: routes[7]: the route on line 9 has the same methods and path; give one of them a `name`",
            ]
        )
    }

    @Test("warn of each departure from a safe default")
    func warnings() {
        let lines = PolicyFixture.problems(
            """
            defaults: { access: authenticated, upstream: echo }
            routes:
              - { path: /a, allow_encoded_slash: true }
              - { path: /b, other_readings: ignore }
              - { path: /c, methods: TRACE }
              - { path: /d }
              - { path: "/d/{x}/**" }
              - { path: "/d/{x}" }
              - { path: "/d/**", methods: GET }
            """
        )
        #expect(
            lines == [
                "3:38: warning: routes[0].allow_encoded_slash: an upstream that decodes `%2F` sees another path than the one that was judged",
                "4:33: warning: routes[1].other_readings: an upstream that reads the path otherwise may serve what another route protects",
                "5:5: warning: routes[2]: no request reaches this route",
                "5:26: warning: routes[2].methods: the gateway refuses TRACE before it looks at routes",
                "9:5: warning: routes[6]: no request reaches this route",
            ]
        )
    }

    @Test("warn of routes that nobody can pass")
    func nobody() {
        let lines = PolicyFixture.problems(
            "issuers: {}\nroutes: [{ path: /a, access: authenticated, respond: {} }, { path: /b, access: optional, respond: {} }]"
        )
        #expect(
            lines == ["2:10: warning: routes[0]: nobody can pass: there are no `issuers` whose tokens are accepted"]
        )
    }
}
