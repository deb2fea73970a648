import Bytes
import Testing

@testable import Configuration

@Suite("login.session and login.cookie")
struct BrowserSessionSectionTests {
    private static let make = "`gatehouse keys generate --session` prints a random one"

    @Test("refuses a key that is none, and never shows it")
    func keys() {
        func problems(_ keys: String) -> [String] { LoginFixture.problems("session: { keys: \(keys) }") }
        let short = Base64URL.encode([UInt8](repeating: 7, count: 31).span)
        let words = Base64URL.encode(Array("passwordpasswordpasswordpassword".utf8).span)
        let form = "expected 32 bytes in base64; \(Self.make)"
        #expect(problems("[\(LoginFixture.key), \(short)]") == ["error: login.session.keys[1]: \(form)"])
        #expect(problems("\"***\"") == ["error: login.session.keys: \(form)"])
        #expect(
            problems("\(words)") == ["error: login.session.keys: this key looks like words or a pattern; \(Self.make)"]
        )
        #expect(
            problems("[\(LoginFixture.key), \(LoginFixture.key)]") == [
                "error: login.session.keys: a key stands here twice"
            ]
        )
        let many = (0..<17).map { _ in LoginFixture.makeKey() }
        #expect(problems("[\(many.joined(separator: ", "))]") == ["error: login.session.keys: at most 16 keys"])
        #expect(problems("[\(many.dropLast().joined(separator: ", "))]") == [])
    }

    @Test("takes a key as the command prints it, and with letters for addresses")
    func alphabets() throws {
        let bytes = [UInt8](repeating: 0xFB, count: 16) + (0..<16).map { _ in UInt8.random(in: 0...255) }
        let web = Base64URL.encode(bytes.span)
        let plain = web.replacing("-", with: "+").replacing("_", with: "/") + "="
        for text in [web, plain] {
            let settings = try #require(LoginFixture.settings("session: { keys: \"\(text)\" }"))
            #expect(settings.login?.session.keys.map(\.secret) == [bytes])
        }
    }

    @Test(
        "warns of sessions that end with the process",
        arguments: [
            ("session: { idle: 5m }", "login.session"), ("cookie: { name: a }, session: {}", "login.session"),
        ]
    )
    func missing(_ keys: String, _ path: String) {
        #expect(
            LoginFixture.problems(keys) == [
                "warning: \(path): without `session.keys` sessions end with the process, and several replicas cannot read each other's; \(Self.make)"
            ]
        )
    }

    @Test(
        "refuses the names of the authorization server's cookies",
        arguments: ["gatehouse_browser", "gatehouse_identity"]
    )
    func names(_ name: String) {
        let cookie = "cookie: { name: \(name) }"
        let error = "error: login.cookie.name: the authorization server has a cookie of this name; choose another"
        #expect(LoginFixture.problems(cookie, before: LoginFixture.server) == [error])
        #expect(LoginFixture.problems(cookie) == [])
    }

    @Test("judges no key that is not known")
    func unset() {
        let policy = PolicyFixture.complete(LoginFixture.policy("session: { keys: \"${NOT_SET}\" }"))
        #expect(PolicyFixture.read(policy, allowsUnset: true).lines == [])
    }

    @Test(
        "refuses times out of bounds, and warns of those that end nothing",
        arguments: [
            ("idle: 0s", "error: login.session.idle: must be from 1s to 90d"),
            ("lifetime: 91d", "error: login.session.lifetime: must be from 1s to 90d"),
            ("idle: 1500ms", "error: login.session.idle: must be whole seconds"),
            (
                "idle: 9h",
                "warning: login.session.idle: longer than `lifetime` (8h), so that it never ends anything; write at most `8h`, or leave it out"
            ),
            ("store: redis", "error: login.session.store: expected one of `cookie`, `state`, found \"redis\""),
        ]
    )
    func times(_ key: String, _ message: String) {
        #expect(LoginFixture.problems("session: { \(key), keys: \(LoginFixture.key) }") == [message])
    }

    @Test(
        "refuses a cookie that browsers refuse",
        arguments: [
            (
                "name: a b",
                "name: expected the name of a cookie: up to 64 letters, digits and signs such as `_`, found \"a b\""
            ),
            (
                "name: __host-a",
                "name: `__Host-` is put before the name where the cookie may have it; leave it out"
            ),
            (
                "same_site: Lax",
                "same_site: expected one of `lax`, `strict`, `none`, found \"Lax\"; did you mean `lax`?"
            ),
            ("domain: .example.com", "domain: expected a domain such as `example.com`, found \".example.com\""),
            ("domain: 127.0.0.1", "domain: expected a domain such as `example.com`, found \"127.0.0.1\""),
            (
                "domain: com",
                "domain: browsers take no cookie for all that ends like this; name a domain of your own, such as `example.com`"
            ),
            (
                "domain: ple.com",
                "domain: browsers refuse it: the host of `base_url` is neither this domain nor below it"
            ),
            (
                "domain: x.app.example.com",
                "domain: browsers refuse it: the host of `base_url` is neither this domain nor below it"
            ),
        ]
    )
    func cookie(_ key: String, _ message: String) {
        #expect(LoginFixture.problems("cookie: { \(key) }") == ["error: login.cookie.\(message)"])
    }

    @Test("takes `none` with https alone")
    func sameSite() {
        let base = "base_url: http://127.0.0.1:8080"
        #expect(LoginFixture.problems("cookie: { same_site: none }") == [])
        #expect(LoginFixture.problems("cookie: { same_site: lax }", base: base) == [])
        #expect(
            LoginFixture.problems("cookie: { same_site: none }", base: base) == [
                "error: login.cookie.same_site: browsers take `none` with https alone, and `base_url` is http; "
                    + "write `lax`, or give it an https address"
            ]
        )
    }

    @Test("takes the host itself and each label border above it", arguments: ["app.example.com", "example.com"])
    func domain(_ domain: String) {
        #expect(LoginFixture.settings("cookie: { domain: \(domain) }")?.login?.cookie.domain == domain)
    }
}
