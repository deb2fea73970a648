import Bytes
import Cryptography
import Gateway
import Login
import Testing

@testable import Configuration

@Suite("login")
struct LoginSectionTests {
    @Test("takes every key")
    func all() throws {
        let key = LoginFixture.key
        let old = LoginFixture.makeKey()
        let policy = """
            login:
              base_url: https://App.example.com:443/
              providers:
                \(LoginFixture.corp)
              session: { store: cookie, lifetime: 4h, idle: 10m, keys: ["\(key)", "\(old)"] }
              cookie: { name: shop, same_site: strict, domain: Example.com }
              return_to: [https://shop.example.com, http://localhost:3000]
            routes: [\(LoginFixture.route)]
            """
        let login = try #require(PolicyFixture.settings(policy)?.login)
        #expect(login.baseURL == BaseURL("https://app.example.com"))
        #expect(login.providers.map(\.name) == ["corp"])
        #expect(login.session.store == .cookie)
        #expect(login.session.lifetime == .seconds(4 * 3600))
        #expect(login.session.idle == .seconds(600))
        #expect(login.session.keys.map { Base64URL.encode($0.secret.span) } == [key, old])
        #expect(login.cookie.name == "shop")
        #expect(login.cookie.sameSite == .strict)
        #expect(login.cookie.domain == "example.com")
        #expect(login.returnTo.map(\.text) == ["https://shop.example.com", "http://localhost:3000"])
    }

    @Test("has the defaults of its settings")
    func defaults() throws {
        let login = try #require(LoginFixture.settings()?.login)
        var expected = LoginSettings(baseURL: login.baseURL, providers: login.providers)
        expected.session.keys = login.session.keys
        #expect(login == expected)
        #expect(LoginFixture.problems() == [])
    }

    @Test(
        "refuses an address that browsers cannot use",
        arguments: [
            (
                "ftp://app.example.com",
                "expected an address such as `https://app.example.com`, without path and query, found \"ftp://app.example.com\""
            ),
            (
                "https://app.example.com/x",
                "expected an address such as `https://app.example.com`, without path and query, found \"https://app.example.com/x\""
            ),
            (
                "http://app.example.com",
                "http is for this machine alone (127.0.0.1, [::1], localhost); sessions need https"
            ),
        ]
    )
    func address(_ address: String, _ message: String) {
        #expect(LoginFixture.problems(base: "base_url: \(address)") == ["error: login.base_url: \(message)"])
        #expect(LoginFixture.problems("return_to: [\(address)]") == ["error: login.return_to[0]: \(message)"])
    }

    @Test("refuses an address that browsers spell otherwise, with theirs")
    func spelling() {
        let message = "browsers spell this IP address otherwise in what they send; write `http://[::1]:8080`"
        #expect(
            LoginFixture.problems(base: "base_url: \"http://[0:0::1]:8080\"") == ["error: login.base_url: \(message)"]
        )
        #expect(
            LoginFixture.problems("return_to: [\"http://[0:0::1]:8080\"]") == ["error: login.return_to[0]: \(message)"]
        )
    }

    @Test("refuses what it does not know, and what is not there")
    func unknown() {
        #expect(
            LoginFixture.problems("sesion: {}") == ["error: login.sesion: unknown key; did you mean `session`?"]
        )
        let policy = "login: { \(LoginFixture.address), session: { keys: \(LoginFixture.key) } }"
        #expect(
            PolicyFixture.problems(policy).map(ServerFixture.withoutColumn) == [
                "error: login: `providers` is missing; they sign people in"
            ]
        )
    }

    @Test("is warned of when no route takes sessions")
    func unused() {
        #expect(
            LoginFixture.problems(routes: "{ path: /, access: public, upstream: echo }") == [
                "warning: login: no route takes sessions; give those that do `login`"
            ]
        )
    }

    @Test("refuses an authorization server where browsers sign in", arguments: ["/oauth2", "/oauth2/id"])
    func sharedPath(_ path: String) {
        let server =
            "authorization_server: { issuer: \"https://id.example.com\(path)\", store: memory, audiences: [items-api] }"
        #expect(
            LoginFixture.problems(before: server) == [
                "error: login: browsers sign in below `/oauth2`, where the authorization server is; give its `issuer` another path"
            ]
        )
        #expect(LoginFixture.problems(before: server.replacing(path, with: "/oauth2x")) == [])
    }

    @Test("warns of a route whose host never gets the session")
    func otherHosts() {
        func problems(_ host: String, _ keys: String = "") -> [String] {
            LoginFixture.problems(
                keys,
                routes: "{ path: /, hosts: [\"\(host)\"], access: authenticated, login: true, upstream: echo }"
            )
        }
        let warning =
            "warning: routes[0]: browsers do not send the session to the hosts of this route; sessions are for the host of `base_url`, or for all below `cookie.domain`"
        for host in ["app.example.com", "*.example.com"] { #expect(problems(host) == []) }
        for host in ["shop.example.com", "*.app.example.com", "example.com"] { #expect(problems(host) == [warning]) }
        let domain = "cookie: { domain: example.com }"
        for host in ["app.example.com", "*.example.com", "*.com"] { #expect(problems(host, domain) == []) }
        let elsewhere =
            "warning: routes[0]: who signs in at a host of this route comes back to the host of `base_url`; list each other host in `return_to`, such as `https://shop.example.com`"
        for host in ["shop.example.com", "example.com", "*.a.example.com", "app.example.com\", \"shop.example.com"] {
            #expect(problems(host, domain) == [elsewhere])
        }
        let listed = domain + ", return_to: [https://shop.example.com, https://b.a.example.com]"
        for host in ["shop.example.com", "*.a.example.com", "app.example.com\", \"shop.example.com"] {
            #expect(problems(host, listed) == [])
        }
        #expect(problems("app.example.com\", \"shop.example.com") == [warning.replacing("to the", with: "to some")])
        #expect(problems("badexample.com", domain) == [warning])
    }

    @Test("warns of an embedded server that only this machine finds")
    func hiddenIssuer() {
        let local = "local: { embedded: true }"
        let server = LoginFixture.server.replacing("https://id.example.com", with: "http://127.0.0.1:8080")
        #expect(
            LoginFixture.problems(providers: local, before: server) == [
                "warning: login.providers.local.embedded: people are sent to the `issuer` of `authorization_server`, which is of this machine alone, while they see the gateway at `base_url`; write an issuer below that, such as `https://app.example.com/identity`"
            ]
        )
        #expect(LoginFixture.problems(providers: local, before: LoginFixture.server) == [])
        #expect(LoginFixture.problems(before: server) == [])
        #expect(LoginFixture.problems(base: "base_url: http://localhost:8080", providers: local, before: server) == [])
    }

    @Test("warns of secrets that whoever reads the file has, and of no other")
    func plainSecrets() {
        func problems(_ secret: String, _ key: String) -> [String] {
            let provider = "corp: { issuer: https://login.example.com, client_id: gw, client_secret: \"\(secret)\" }"
            let policy = LoginFixture.policy("session: { keys: [\"\(key)\"] }", providers: provider)
            let found = PolicyFixture.read(
                PolicyFixture.complete(policy),
                variables: ["SECRET": "made-up"],
                files: ["session.key": LoginFixture.key + "\n"]
            ).problems
            return found.filter { !$0.path.hasPrefix("upstreams") }.map { "\($0.path): \($0.message)" }
        }
        let reference = "write `${NAME}` or `${file:PATH}` for it"
        let secret = "login.providers.corp.client_secret: whoever reads the policy has the secret; \(reference)"
        let key = "login.session.keys[0]: whoever reads the policy can make sessions of anybody; \(reference)"
        #expect(problems("${SECRET}", "${file:session.key}") == [])
        #expect(problems("made-up", "${file:session.key}") == [secret])
        #expect(problems("${NOT_SET:-made-up}", "${file:session.key}") == [secret])
        #expect(problems("${SECRET}", LoginFixture.key) == [key])
    }

    @Test("may change but for the store of its sessions without a restart")
    func restart() throws {
        let running = try #require(LoginFixture.settings())
        let without = try #require(
            PolicyFixture.settings("routes: [\(LoginFixture.route.replacing("login: true, ", with: ""))]")
        )
        let other = try #require(LoginFixture.settings("cookie: { name: other }"))
        #expect(running.needsRestart(for: other) == [])
        #expect(running.needsRestart(for: without) == [])
        #expect(without.needsRestart(for: running) == [])
        var shared = running
        shared.login?.session.store = .state
        #expect(running.needsRestart(for: shared) == ["login.session.store"])
    }
}
