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
}
