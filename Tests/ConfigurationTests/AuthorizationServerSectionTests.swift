import AuthorizationServer
import Cryptography
import Gateway
import JOSE
import Testing

@testable import Configuration

/// A policy with an authorization server, of which a test says one key.
enum ServerFixture {
    static let bcrypt = "$2b$10$" + String(repeating: "a", count: 53)
    static let head = "issuer: https://id.example.com/identity, store: memory, audiences: [items-api]"

    /// What is said about a server with `keys` beside what it must have.
    static func problems(_ keys: String, files: [String: String] = [:]) -> [String] {
        PolicyFixture.problems("authorization_server: { \(Self.head), \(keys) }", files: files).map(Self.withoutColumn)
    }

    static func settings(_ keys: String, files: [String: String] = [:]) -> AuthorizationServerSettings? {
        let text = "authorization_server: { \(Self.head), \(keys) }"
        return PolicyFixture.settings(text, files: files)?.authorizationServer
    }

    /// `error: authorization_server.issuer: …` without the line and the column of a long line.
    static func withoutColumn(_ line: String) -> String {
        line.split(separator: " ", maxSplits: 1).last.map(String.init) ?? line
    }
}

@Suite("authorization_server")
struct AuthorizationServerSectionTests {
    @Test("takes every key")
    func all() throws {
        let settings = PolicyFixture.settings(
            """
            authorization_server:
              issuer: http://127.0.0.1:8080/identity
              store: sqlite:data/gatehouse.db
              keys: { algorithm: EdDSA, rotate: 20d, seal: { file: [new.key, /etc/old.key] } }
              audiences: [items-api, "https://api.example.com/orders"]
              tokens: { access: 5m, id: 6m, refresh: 7d, refresh_idle: 8h, refresh_grace: 9s, code: 30s, device: 11m }
              session: { lifetime: 12m, idle: 13m }
              lockout: { failures: 14, window: 15m, block: 16m }
              scopes: { "items:read": Read your items, "items:write": Add and change items }
              registration: token
            """
        )
        var keys = SigningKeySettings()
        keys.algorithm = .edDSA
        keys.rotation = .seconds(20 * 86_400)
        keys.sealFiles = ["new.key", "/etc/old.key"]
        var expected = AuthorizationServerSettings(
            issuer: try IssuerAddress("http://127.0.0.1:8080/identity"),
            store: .sqlite("data/gatehouse.db"),
            keys: keys,
            audiences: ["items-api", "https://api.example.com/orders"]
        )
        expected.lifetimes.access = .seconds(300)
        expected.lifetimes.identity = .seconds(360)
        expected.lifetimes.refresh = .seconds(7 * 86_400)
        expected.lifetimes.refreshIdle = .seconds(8 * 3600)
        expected.lifetimes.refreshGrace = .seconds(9)
        expected.lifetimes.code = .seconds(30)
        expected.lifetimes.device = .seconds(660)
        expected.session.lifetime = .seconds(720)
        expected.session.idle = .seconds(780)
        expected.lockout.failures = 14
        expected.lockout.window = .seconds(900)
        expected.lockout.block = .seconds(960)
        expected.scopes = [
            ScopeSettings(name: "items:read", words: "Read your items"),
            ScopeSettings(name: "items:write", words: "Add and change items"),
        ]
        expected.allowsRegistration = true
        #expect(settings?.authorizationServer == expected)
    }

    @Test("keeps the sealing key beside the store, and none for a store in memory")
    func sealFile() {
        func files(_ store: String) -> [String]? {
            let text = "authorization_server: { issuer: https://a.example/id, store: \(store), audiences: a }"
            return PolicyFixture.settings(text)?.authorizationServer?.keys.sealFiles
        }
        #expect(files("sqlite:data/gatehouse.db") == ["data/seal.key"])
        #expect(files("sqlite:gatehouse.db") == ["seal.key"])
        #expect(files("sqlite:/var/lib/gatehouse/a.db") == ["/var/lib/gatehouse/seal.key"])
        #expect(files("memory") == [])
    }

    @Test("needs an issuer, a store and audiences")
    func required() {
        #expect(
            PolicyFixture.problems("authorization_server: {}") == [
                "1:23: error: authorization_server: `issuer` is missing; it is the `iss` of the tokens",
                "1:23: error: authorization_server: `store` is missing; write `sqlite:data/gatehouse.db`, or `memory`",
                "1:23: error: authorization_server: `audiences` is missing; the first is the `aud` of tokens for which no "
                    + "`resource` was asked",
            ]
        )
    }

    @Test(
        "says what is wrong with an issuer",
        arguments: [
            ("id.example.com/identity", "expected an address such as"),
            ("https://me@id.example.com/identity", "expected an address such as"),
            ("https://id.example.com:https/identity", "expected an address such as"),
            ("https://id.example.com:65536/identity", "expected an address such as"),
            ("https://[::1]443/identity", "expected an address such as"),
            ("http://id.example.com/identity", "http is for this machine alone"),
            ("http://127.example.com/identity", "http is for this machine alone"),
            ("https://id.example.com/identity?x=1", "an issuer has neither query nor fragment"),
            ("https://id.example.com", "an issuer needs a path"),
            ("https://id.example.com/", "an issuer needs a path"),
            ("https://id.example.com/identity/", "the path is segments of letters"),
            ("https://id.example.com/a%2Fb", "the path is segments of letters"),
        ]
    )
    func issuer(_ issuer: String, _ message: String) {
        let text = "authorization_server: { issuer: \"\(issuer)\", store: memory, audiences: a }"
        let problems = PolicyFixture.problems(text).map(ServerFixture.withoutColumn)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("error: authorization_server.issuer: \(message)") == true)
    }

    @Test("takes http on this machine", arguments: ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
    func loopback(_ authority: String) {
        let text = "authorization_server: { issuer: \"http://\(authority)/identity\", store: memory, audiences: a }"
        #expect(PolicyFixture.problems(text) == [])
    }

    @Test(
        "refuses a store that is none",
        arguments: ["disk", "\"sqlite:\"", "\"sqlite::memory:\"", "sqlite:data/", "redis://a"]
    )
    func store(_ store: String) {
        let text = "authorization_server: { issuer: https://a.example/id, store: \(store), audiences: a }"
        let problems = PolicyFixture.problems(text).map(ServerFixture.withoutColumn)
        #expect(
            problems.first?.hasPrefix("error: authorization_server.store: expected `memory` or `sqlite:PATH`") == true
        )
    }

    @Test(
        "bounds what lasts",
        arguments: [
            ("tokens: { access: 0s }", "tokens.access: must be from 1s to 1d"),
            ("tokens: { access: 25h }", "tokens.access: must be from 1s to 1d"),
            ("tokens: { id: 1500ms }", "tokens.id: must be whole seconds"),
            ("tokens: { refresh: 366d }", "tokens.refresh: must be from 1s to 365d"),
            ("tokens: { refresh_grace: 61s }", "tokens.refresh_grace: must be from 0s to 1m"),
            ("tokens: { code: 11m }", "tokens.code: must be from 1s to 10m"),
            ("tokens: { device: 2h }", "tokens.device: must be from 1s to 1h"),
            ("session: { lifetime: 91d }", "session.lifetime: must be from 1s to 90d"),
            ("session: { idle: 0s }", "session.idle: must be from 1s to 90d"),
            ("lockout: { failures: 0 }", "lockout.failures: expected a whole number from 1 to 1000, found \"0\""),
            ("lockout: { window: 25h }", "lockout.window: must be from 1s to 1d"),
            ("lockout: { block: 0s }", "lockout.block: must be from 1s to 1d"),
            ("keys: { rotate: 59s }", "keys.rotate: must be from 1m to 365d"),
        ]
    )
    func bounds(_ keys: String, _ message: String) {
        #expect(ServerFixture.problems(keys) == ["error: authorization_server.\(message)"])
    }

    @Test(
        "warns of what does not fit together, at the value and with the way out",
        arguments: [
            (
                "tokens: { refresh: 1d, refresh_idle: 25h }",
                "tokens.refresh_idle: longer than `refresh` (1d), so that it never ends anything; write at most `1d`, or "
                    + "leave it out"
            ),
            (
                "tokens: { refresh_idle: 9s }",
                "tokens.refresh_idle: shorter than `refresh_grace` (10s), which then ends before its time; write at least "
                    + "`10s`"
            ),
            (
                "session: { idle: 13h }",
                "session.idle: longer than `lifetime` (12h), so that it never ends anything; write at most `12h`, or leave "
                    + "it out"
            ),
            (
                "tokens: { access: 1h, refresh: 59m }",
                "tokens.refresh: shorter than `access` (1h), so that no refresh token outlives its first access token; write "
                    + "at least `1h`"
            ),
            (
                "tokens: { device: 4s }",
                "tokens.device: shorter than the 5s between two polls, so that no device gets its tokens; write minutes"
            ),
            (
                "keys: { rotate: 599s }",
                "keys.rotate: shorter than the 10m for which each key is published before it signs; write at least `10m`"
            ),
            (
                "session: { lifetime: 59s }",
                "session.lifetime: it ends while people are still being asked; write at least `1m`"
            ),
            (
                "lockout: { failures: 21 }",
                "lockout.failures: so many guesses find weak passwords; write at most `20`"
            ),
            (
                "lockout: { window: 59s }",
                "lockout.window: so short a time hardly slows guessing down; write at least `1m`"
            ),
            (
                "lockout: { block: 59s }",
                "lockout.block: so short a time hardly slows guessing down; write at least `1m`"
            ),
        ]
    )
    func contradictions(_ keys: String, _ message: String) {
        #expect(ServerFixture.problems(keys) == ["warning: authorization_server.\(message)"])
    }

    @Test(
        "says nothing of a time that only meets another's default, or is just within",
        arguments: [
            "tokens: { refresh: 1h }", "tokens: { refresh: 1d, refresh_idle: 1d }", "tokens: { refresh_idle: 10s }",
            "tokens: { access: 1h, refresh: 1h }", "tokens: { device: 5s }", "keys: { rotate: 10m }",
            "session: { lifetime: 1m }", "session: { lifetime: 1h }", "session: { lifetime: 1h, idle: 1h }",
            "lockout: { failures: 20, window: 1m, block: 1m }",
        ]
    )
    func consistent(_ keys: String) {
        #expect(ServerFixture.problems(keys) == [])
    }

    @Test("warns of a port on this machine that no listener has")
    func port() {
        func problems(_ issuer: String, _ address: String = "127.0.0.1:8080", _ more: String = "") -> [String] {
            PolicyFixture.problems(
                """
                listeners: { public: { address: "\(address)"\(more) } }
                authorization_server: { issuer: "\(issuer)", store: memory, audiences: a }
                """
            )
        }
        #expect(
            problems("http://127.0.0.1:8081/identity") == [
                "2:33: warning: authorization_server.issuer: no listener has port 8081, so that nobody finds the server "
                    + "there; write the port of a listener"
            ]
        )
        #expect(problems("http://localhost/identity").count == 1)
        #expect(problems("http://127.0.0.1:8081/identity", "unix:gateway.socket") == [])
        #expect(problems("http://127.0.0.1:8081/identity", "127.0.0.1:8080", ", trusted_proxies: 127.0.0.1") == [])
        #expect(problems("https://id.example.com/identity") == [])
    }

    @Test("takes a grace of no time")
    func noGrace() {
        #expect(ServerFixture.settings("tokens: { refresh_grace: 0s }")?.lifetimes.refreshGrace == .zero)
    }

    @Test(
        "refuses a scope that is none, and one that is built in",
        arguments: [
            ("\"a b\": Words", "scopes.a b: \"a b\" is not one scope: visible ASCII without quotes"),
            ("openid: Words", "scopes.openid: this scope is built in, and so are its words"),
            ("offline_access: Words", "scopes.offline_access: this scope is built in, and so are its words"),
            ("items: \"\"", "scopes.items: is empty"),
        ]
    )
    func scopes(_ scope: String, _ message: String) {
        #expect(ServerFixture.problems("scopes: { \(scope) }") == ["error: authorization_server.\(message)"])
    }

    @Test("knows no other keys, and suggests the right one")
    func unknown() {
        #expect(
            ServerFixture.problems("token: {}, session: { life: 1h }, registration: on").sorted() == [
                "error: authorization_server.registration: expected one of `off`, `token`, found \"on\"",
                "error: authorization_server.session.life: unknown key",
                "error: authorization_server.token: unknown key; did you mean `tokens`?",
            ]
        )
    }

    // MARK: - Keys

    @Test(
        "signs with every algorithm that has a key pair",
        arguments: SignatureAlgorithm.allCases.filter { !$0.isSymmetric }
    )
    func algorithms(_ algorithm: SignatureAlgorithm) {
        #expect(ServerFixture.settings("keys: { algorithm: \(algorithm.rawValue) }")?.keys.algorithm == algorithm)
    }

    @Test("signs with HS256 for tests, with a warning")
    func symmetric() {
        let secret = "base64:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
        let keys = "keys: { algorithm: HS256, secret: \"\(secret)\" }"
        #expect(
            ServerFixture.problems(keys) == [
                "warning: authorization_server.keys.secret: who can check such a token can make one; for tests, use ES256 "
                    + "elsewhere"
            ]
        )
        #expect(ServerFixture.settings(keys)?.keys.secret != nil)
    }

    @Test(
        "refuses a secret and an algorithm that do not go together",
        arguments: [
            ("algorithm: HS256", "keys.algorithm: HS256 needs a `secret` beside it"),
            (
                "algorithm: HS512",
                "keys.algorithm: of the algorithms with a shared secret only HS256 is there, for tests; use ES256"
            ),
            (
                "secret: short",
                "keys.secret: a `secret` signs HS256 alone; the keys of other algorithms are made at the first start"
            ),
            ("algorithm: ES265", "keys.algorithm: unknown algorithm \"ES265\"; did you mean `ES256`?"),
        ]
    )
    func mismatch(_ keys: String, _ message: String) {
        #expect(ServerFixture.problems("keys: { \(keys) }") == ["error: authorization_server.\(message)"])
    }

    @Test("warns of a seal that seals nothing")
    func sealInMemory() {
        #expect(
            ServerFixture.problems("keys: { seal: { file: a.key } }") == [
                "warning: authorization_server.keys.seal: nothing is sealed, as the store is in memory"
            ]
        )
    }

    @Test("does not repeat a key that was written in place of its file")
    func keyInPlace() {
        #expect(
            ServerFixture.problems("keys: { seal: bm90IGEga2V5 }") == [
                "error: authorization_server.keys.seal: expected `{ file: PATH }`: the key itself does not stand in the policy"
            ]
        )
    }

    @Test("wants a restart for another store")
    func restart() throws {
        func settings(_ keys: String) throws -> GatewaySettings {
            try #require(
                PolicyFixture.settings("authorization_server: { issuer: https://a.example/id, audiences: a, \(keys) }")
            )
        }
        let running = try settings("store: sqlite:a.db")
        #expect(running.needsRestart(for: try settings("store: sqlite:a.db, tokens: { access: 1m }")) == [])
        #expect(
            running.needsRestart(for: try settings("store: memory")) == [
                "authorization_server.store", "authorization_server.keys.seal",
            ]
        )
        #expect(
            running.needsRestart(for: try settings("store: sqlite:a.db, keys: { seal: { file: b } }")) == [
                "authorization_server.keys.seal"
            ]
        )
        let without = try #require(PolicyFixture.settings("server: {}"))
        #expect(running.needsRestart(for: without) == ["authorization_server"])
        #expect(without.needsRestart(for: running) == ["authorization_server"])
    }
}
