import Gateway
import Policy
import Testing

@testable import Configuration

@Suite("login of a route")
struct RouteLoginTests {
    private static let google =
        "google: { preset: google, client_id: gw, client_secret: made-up, allow: { domains: example.com } }"
    private static let providers = "\(LoginFixture.corp), \(Self.google)"

    private static func problems(_ keys: String, before: String = "") -> [String] {
        LoginFixture.problems(
            providers: Self.providers,
            routes: "\(LoginFixture.route), { path: /b, upstream: echo, \(keys) }",
            before: before
        )
    }

    private static func route(_ keys: String, before: String = "") -> RouteSettings? {
        LoginFixture.settings(
            providers: Self.providers,
            routes: "\(LoginFixture.route), { path: /b, upstream: echo, \(keys) }",
            before: before
        )?.routes.last
    }

    @Test(
        "names the providers whose sessions it takes",
        arguments: [
            ("login: true", .any), ("login: false", .none), ("login: corp", .oneOf(["corp"])),
            ("login: [google, corp]", .oneOf(["google", "corp"])), ("timeout: 1s", .none),
        ] as [(String, LoginChoice)]
    )
    func choices(_ key: String, _ choice: LoginChoice) {
        #expect(Self.route("access: authenticated, \(key)")?.login == choice)
    }

    @Test("is inherited")
    func inherited() {
        let defaults = "defaults: { login: corp, access: authenticated }"
        #expect(Self.route("timeout: 1s", before: defaults)?.login == .oneOf(["corp"]))
        #expect(Self.route("login: true", before: defaults)?.login == .any)
        #expect(Self.route("login: false", before: defaults)?.login == LoginChoice.none)
        // A public route looks at no session, whatever the others do.
        #expect(Self.route("access: public", before: defaults)?.login == LoginChoice.none)
        #expect(Self.problems("access: public", before: defaults) == [])
    }

    @Test(
        "says what is wrong",
        arguments: [
            (
                "login: [crop]",
                "error: routes[1].login[0]: unknown provider \"crop\"; did you mean `corp`?"
            ),
            ("login: demo", "error: routes[1].login: unknown provider \"demo\""),
            ("login: []", "error: routes[1].login: the list is empty; leave the key out, or name something"),
            ("login: { a: b }", "error: routes[1].login: expected `true` or the name of a provider, found a mapping"),
        ]
    )
    func wrong(_ key: String, _ message: String) {
        #expect(Self.problems("access: authenticated, \(key)") == [message])
    }

    @Test("is warned of when no session has the scopes that the route asks for")
    func scopes() {
        func problems(_ access: String, _ login: String = "true", providers more: String = "") -> [String] {
            LoginFixture.problems(
                providers: LoginFixture.corp + more,
                routes: "{ path: /b, upstream: echo, login: \(login), access: \(access) }",
                before: LoginFixture.server.replacing(" }", with: ", scopes: { \"items:read\": Read } }")
            )
        }
        let none =
            "warning: routes[0].access: no session passes: sessions have scopes of an `embedded` provider alone; ask for `claims` instead, or name one in `login`"
        let fewer =
            "warning: routes[0].access: no session passes: sessions have no more scopes than the `embedded` provider lists in `scopes`; add what is missing there"
        let local = ", local: { embedded: true }"
        #expect(problems("{ scopes: \"items:read\" }") == [none])
        #expect(problems("{ any_scope: \"items:read\" }") == [none])
        #expect(problems("{ scopes: \"items:read\" }", "corp", providers: local) == [none])
        #expect(problems("{ scopes: \"items:read\", issuers: corp }", providers: local) == [fewer])
        #expect(problems("{ scopes: \"items:write\" }", providers: local) == [fewer])
        #expect(problems("{ any_scope: [a, \"items:write\"] }", providers: local) == [fewer])
        #expect(
            problems("{ scopes: \"items:read\" }", providers: ", local: { embedded: true, scopes: openid }") == [fewer]
        )
        for access in [
            "{ scopes: \"items:read\" }", "{ any_scope: [a, \"items:read\"] }", "[{ scopes: a }, { issuers: local }]",
        ] {
            #expect(problems(access, providers: local) == [])
        }
        for access in ["{ claims: { groups: staff } }", "authenticated", "[{ scopes: a }, { claims: { a: b } }]"] {
            #expect(problems(access) == [])
        }
    }

    @Test("is an error on a public route")
    func open() {
        #expect(
            Self.problems("access: public, login: true") == [
                "error: routes[1].login: a public route looks at no session; leave it out, or write `access: authenticated`"
            ]
        )
        #expect(Self.problems("access: optional, login: true") == [])
    }

    @Test("needs a login at the top")
    func absent() {
        let route = "routes: [{ path: /, access: authenticated, upstream: echo, login: KEY }]"
        for key in ["true", "corp"] {
            #expect(
                PolicyFixture.problems(route.replacing("KEY", with: key)).map(ServerFixture.withoutColumn) == [
                    "error: routes[0].login: there is no `login` at the top of this policy, which says who signs people in"
                ]
            )
        }
        #expect(PolicyFixture.problems(route.replacing("KEY", with: "false")) == [])
    }

    @Test("says nothing of providers when they are wrong already")
    func wrongProviders() {
        #expect(
            LoginFixture.problems(providers: "", routes: LoginFixture.route.replacing("true", with: "corp")) == [
                "error: login.providers: there must be at least one provider"
            ]
        )
    }

    @Test("lets `access.issuers` name providers")
    func issuers() {
        #expect(Self.problems("login: true, access: { issuers: [corp, demo] }") == [])
        #expect(
            Self.problems("login: true, access: { issuers: [gogle] }") == [
                "error: routes[1].access.issuers[0]: unknown issuer \"gogle\"; did you mean `google`?"
            ]
        )
    }

    @Test(
        "warns of access that it has no part in",
        arguments: [
            (
                "login: true, access: { issuers: corp, audiences: a }",
                "routes[1].access.audiences: `audiences` is not applied: sessions have none, and no token gets here"
            ),
            (
                "access: { issuers: corp }",
                "routes[1].access: nobody can pass: `issuers` names providers alone, and the route has no `login`"
            ),
            (
                "login: true, access: { issuers: demo }",
                "routes[1].access: no session passes: `issuers` names none of the providers of `login`"
            ),
            (
                "login: google, access: { issuers: corp }",
                "routes[1].access: no session passes: `issuers` names none of the providers of `login`"
            ),
        ]
    )
    func contradictions(_ keys: String, _ message: String) {
        #expect(Self.problems(keys) == ["warning: \(message)"])
    }

    @Test(
        "leaves `audiences` to tokens where they get in",
        arguments: [
            "access: { audiences: a }", "access: { issuers: [corp, demo], audiences: a }",
            "access: [{ issuers: demo, audiences: a }, { issuers: corp }]",
        ]
    )
    func audiences(_ access: String) {
        #expect(Self.problems("login: true, \(access)") == [])
    }

    @Test("makes a policy without issuers one that somebody passes")
    func noIssuers() {
        let passing = LoginFixture.problems(before: "issuers: {}")
        #expect(passing == [])
        #expect(
            LoginFixture.problems(
                routes: "\(LoginFixture.route), { path: /b, access: authenticated, upstream: echo }",
                before: "issuers: {}"
            ) == ["warning: routes[1]: nobody can pass: there are no `issuers` whose tokens are accepted"]
        )
        #expect(
            LoginFixture.problems(
                routes: "{ path: /, login: true, access: { audiences: a }, upstream: echo }",
                before: "issuers: {}"
            ) == [
                "warning: routes[0].access.audiences: `audiences` is not applied: sessions have none, and no token gets here"
            ]
        )
    }

    @Test(
        "leaves nothing to routes below the gateway's own pages",
        arguments: ["/oauth2/**", "/oauth2", "/oauth2/{a}"]
    )
    func builtIn(_ path: String) {
        func problems(_ keys: String, base: String = LoginFixture.address) -> [String] {
            LoginFixture.problems(
                base: base,
                routes: "\(LoginFixture.route), { path: \"\(path)\", access: public, upstream: echo \(keys) }"
            )
        }
        let error = "error: routes[1]: `login` answers this path itself: browsers sign in and out below `/oauth2`"
        #expect(problems("") == [error])
        #expect(problems(", hosts: \"*.example.com\"") == [error])
        #expect(problems(", hosts: other.example.com") == [])
        #expect(problems(", hosts: other.example.com", base: "base_url: http://localhost:8080") == [error])
        #expect(PolicyFixture.problems("routes: [{ path: \"\(path)\", access: public, upstream: echo }]") == [])
    }

    @Test("may send the access token of the session up")
    func session() {
        let warning = "upstreams see the provider's access token, and could use it elsewhere"
        let own = "identity: { authorization: session }"
        #expect(Self.route("login: true, access: authenticated, \(own)")?.identity.authorization == .session)
        #expect(
            Self.problems("login: true, access: authenticated, \(own)") == [
                "warning: routes[1].identity.authorization: \(warning)"
            ]
        )
        #expect(
            Self.problems("access: authenticated, \(own)") == [
                "warning: routes[1].identity.authorization: \(warning)",
                "error: routes[1].identity.authorization: the route takes no sessions; give it `login`",
            ]
        )
        let settings = LoginFixture.settings(
            routes: "\(LoginFixture.route), { path: /b, access: public, upstream: echo }",
            before: own
        )
        #expect(settings?.routes.map(\.identity.authorization) == [.session, .strip])
    }
}
