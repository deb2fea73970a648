import Testing

@testable import Configuration

@Suite("The route report")
struct RouteReportTests {
    @Test("lists routes in the order in which they are tried")
    func order() {
        let reading = PolicyFixture.read(
            PolicyFixture.complete(
                """
                defaults: { access: authenticated, upstream: echo }
                routes:
                  - { path: "/**" }
                  - { path: "/{a}" }
                  - { path: /a, name: any method }
                  - { path: /a, methods: GET }
                  - { path: "/a/{b}/c" }
                  - { path: "/a/b/**" }
                  - { path: /z, hosts: "*.example.org" }
                  - { path: /z, hosts: "*.a.example.org", name: longer }
                  - { path: /z, hosts: [b.example, "*.b.example"], name: exact }
                """
            )
        )
        #expect(reading.lines == [])
        #expect(
            reading.table.map { String($0.split(separator: ":")[0].dropFirst("protected ".count)) } == [
                "exact", "longer", "/z", "GET /a", "any method", "/a/b/**", "/a/{b}/c", "/{a}", "/**",
            ]
        )
    }

    @Test(
        "says who may pass",
        arguments: [
            ("public", "public", "anyone"),
            ("optional", "public", "anyone; a token must be valid if there is one"),
            ("authenticated", "protected", "any valid token"),
            ("{ scopes: [a, b] }", "protected", "scope a and b"),
            ("{ any_scope: [a, b] }", "protected", "scope a or b"),
            ("{ issuers: demo, audiences: [x, y] }", "protected", "issuer demo; audience x or y"),
            ("[{ scopes: a }, { scopes: b }]", "protected", "scope a, or scope b"),
            ("{ claims: { t: \"{x}\", n: [1, b] } }", "protected", "claim t = {x}; claim n any of [1, b]"),
            (
                "{ claims: { t: { all_of: [a, b], none_of: c, equals: true, prefix: \"p-{x}\", exists: true } } }",
                "protected",
                "claim t all of [a, b] and t none of [c] and t equals true and t begins with p-{x} and t exists"
            ),
            ("{ claims: { t: { exists: false } } }", "protected", "claim t is absent"),
            ("public, networks: [10.0.0.0/8, \"::1\"]", "public", "anyone, from 10.0.0.0/8 ::1/128"),
            ("authenticated, methods: TRACE", "unreachable", "any valid token"),
        ]
    )
    func people(_ access: String, _ exposure: String, _ expected: String) {
        let reading = PolicyFixture.read(
            PolicyFixture.complete("routes: [{ name: r, path: \"/{x}\", upstream: echo, access: \(access) }]")
        )
        #expect(reading.table == ["\(exposure) r: \(expected)"])
    }

    @Test(
        "says whose sessions a route takes",
        arguments: [
            ("authenticated, login: true", "any valid token; login"),
            ("authenticated, login: false", "any valid token"),
            ("{ claims: { groups: staff } }, login: corp", "claim groups = staff; login corp"),
            ("optional, login: [corp, local]", "anyone; a token must be valid if there is one; login corp or local"),
            ("authenticated, login: true, networks: \"::1\"", "any valid token; login, from ::1/128"),
        ]
    )
    func sessions(_ access: String, _ expected: String) throws {
        let settings = LoginFixture.settings(
            providers: "\(LoginFixture.corp), local: { embedded: true }",
            routes: "{ path: /, upstream: echo, access: \(access) }",
            before: LoginFixture.server
        )
        #expect(RouteReport.report(try #require(settings)).map(\.whoMayPass) == [expected])
    }

    @Test(
        "lists the pages on which browsers sign in",
        arguments: [("https://app.example.com", ["app.example.com"]), ("http://127.0.0.1:8080", [])]
    )
    func signIn(_ base: String, _ hosts: [String]) throws {
        let settings = try #require(LoginFixture.settings(base: "base_url: \(base)"))
        let row = try #require(RouteReport.table(settings).first)
        #expect(row.exposure == .builtIn)
        #expect(row.path == "/oauth2/**")
        #expect(row.hosts == hosts)
        #expect(row.whoMayPass == "anyone, to sign in and out")
        #expect(RouteReport.report(settings).count == 1)
    }

    @Test("says where routes lead")
    func destinations() throws {
        let reading = PolicyFixture.read(
            PolicyFixture.complete(
                """
                routes:
                  - { path: /a, access: public, upstream: orders }
                  - { path: /b, access: public, respond: { status: 204 } }
                  - { path: /c, access: public, redirect: /a }
                """
            )
        )
        let settings = try #require(reading.configuration?.settings)
        let reports = RouteReport.report(settings)
        #expect(reports.map(\.destination) == ["upstream orders", "respond 204", "redirect 302 /a"])
    }

    static let asked =
        "listeners: { p: { address: 127.0.0.1:1, trusted_proxies: 127.0.0.1, forward_auth: true } }\n"

    @Test("says what only answers forward-auth, and on which paths")
    func forwardAuth() throws {
        let routes = "routes: [{ path: /a, access: public }, { path: /b, access: public, upstream: orders }]"
        let reading = PolicyFixture.read(PolicyFixture.complete(Self.asked + routes))
        #expect(reading.lines == [])
        let table = RouteReport.table(try #require(reading.configuration?.settings))
        #expect(
            table.map { "\($0.exposure.rawValue) \($0.path): \($0.whoMayPass): \($0.destination)" } == [
                "built_in /oauth2/auth: trusted_proxies of p: forward_auth",
                "built_in /oauth2/auth/forward: trusted_proxies of p: forward_auth",
                "built_in /oauth2/auth/envoy/**: trusted_proxies of p: forward_auth",
                "public /a: anyone: forward_auth alone",
                "public /b: anyone: upstream orders",
            ]
        )
    }

    @Test(
        "has no route under the paths of forward-auth",
        arguments: ["/oauth2", "/oauth2/**", "/oauth2/auth", "/oauth2/{a}"]
    )
    func ownPaths(_ path: String) {
        let routes = "routes: [{ path: \"\(path)\", access: public, upstream: orders }]"
        #expect(PolicyFixture.problems(routes) == [])
        let message = "a listener has `forward_auth`, so the gateway answers paths under `/oauth2` itself"
        #expect(PolicyFixture.problems(Self.asked + routes) == ["2:10: error: routes[0]: \(message)"])
    }

    @Test("has no authorization server under the paths of forward-auth")
    func ownServer() {
        let server =
            "authorization_server: { issuer: https://id.example.com/oauth2/a, store: memory, audiences: a }\n"
        let message = "a listener has `forward_auth`, whose paths lie under `/oauth2`; choose another path"
        #expect(PolicyFixture.problems(server) == [])
        #expect(
            PolicyFixture.problems(Self.asked + server) == ["2:33: error: authorization_server.issuer: \(message)"]
        )
    }
}
