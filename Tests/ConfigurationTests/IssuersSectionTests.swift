import Cryptography
import Gateway
import JOSE
import OAuth
import Testing

@testable import Configuration

@Suite("issuers")
struct IssuersSectionTests {
    private static let secret = "base64:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

    @Test("takes every key")
    func all() throws {
        let settings = PolicyFixture.settings(
            """
            issuers:
              corp:
                issuer: https://login.example.com/realms/corp
                audiences: [orders-api, https://api.example.com]
                algorithms: [RS256, EdDSA]
                keys: discovery
                key_refresh: { fresh: 5m, unknown_kid: 10s, stale: 0s, timeout: 500ms }
                tls: { ca: ca.crt }
                leeway: 60s
                types: at+jwt
                scope_claims: [scope, /realm~1scopes, realm_access.roles, https://example.com/scopes]
                require: [sub, jti]
                max_lifetime: 24h
                token_from: [header, { header: X-Token }, { cookie: session }]
            """,
            files: ["ca.crt": PEMFixture.certificate]
        )
        var expected = IssuerSettings(
            name: "corp",
            issuer: "https://login.example.com/realms/corp",
            audiences: .oneOf(["orders-api", "https://api.example.com"]),
            algorithms: [.rs256, .edDSA],
            keys: .discovery
        )
        expected.keyRefresh.fresh = .seconds(300)
        expected.keyRefresh.unknownKeyID = .seconds(10)
        expected.keyRefresh.stale = .zero
        expected.keyRefresh.timeout = .milliseconds(500)
        expected.certificateAuthorities = PEMFixture.certificate
        expected.leeway = 60
        expected.types = ["at+jwt"]
        expected.scopeClaims = ["scope", "/realm~1scopes", "realm_access.roles", "https://example.com/scopes"]
            .compactMap {
                ClaimSelector($0)
            }
        expected.required = [ClaimSelector("sub")!, ClaimSelector("jti")!]
        expected.maximumLifetime = 86_400
        expected.tokenFrom = [.authorization, .header("X-Token"), .cookie("session")]
        #expect(settings?.issuers == [expected])
    }

    @Test("takes a value alone for a list, and keys from discovery by default")
    func short() throws {
        let settings = PolicyFixture.settings(
            "issuers: { a: { issuer: https://a.example, audiences: x, algorithms: ES256 } }"
        )
        let issuer = try #require(settings?.issuers.first)
        #expect(
            issuer
                == IssuerSettings(
                    name: "a",
                    issuer: "https://a.example",
                    audiences: .oneOf(["x"]),
                    algorithms: [.es256],
                    keys: .discovery
                )
        )
    }

    @Test(
        "takes keys of every kind",
        arguments: [
            ("discovery", "ES256", KeySourceSettings.discovery),
            ("{ url: https://a.example/keys?x=1 }", "ES256", .url("https://a.example/keys?x=1")),
            ("{ url: \"http://127.0.0.1:1/keys\" }", "ES256", .url("http://127.0.0.1:1/keys")),
            ("{ file: keys.jwks }", "ES256", .keySet(PolicyFixture.keySet)),
            ("{ pem: cert.pem }", "ES256", .pem(PEMFixture.certificate)),
            ("{ pem: \"${PEM}\" }", "ES256", .pem(PEMFixture.certificate)),
            ("{ inline: \(PolicyFixture.keySet) }", "ES256", .keySet(PolicyFixture.keySet)),
            ("{ inline: '\(PolicyFixture.keySet)' }", "ES256", .keySet(PolicyFixture.keySet)),
            ("{ secret: \"\(Self.secret)\" }", "HS256", .secret(Array("0123456789abcdef0123456789abcdef".utf8))),
            (
                "{ secret: 0123456789abcdef0123456789abcdef }", "[HS256, HS512]",
                .secret(Array("0123456789abcdef0123456789abcdef".utf8))
            ),
            ("{ secret: \"${file:secret}\" }", "HS384", .secret(Array("0123456789abcdef0123456789abcdef".utf8))),
        ]
    )
    func keys(_ keys: String, _ algorithms: String, _ expected: KeySourceSettings) {
        let reading = PolicyFixture.read(
            PolicyFixture.complete(
                "issuers: { a: { issuer: https://a.example, audiences: x, algorithms: \(algorithms), keys: \(keys) } }"
            ),
            variables: ["PEM": PEMFixture.certificate],
            files: ["cert.pem": PEMFixture.certificate, "secret": "0123456789abcdef0123456789abcdef\n"]
        )
        #expect(reading.lines == [])
        #expect(reading.configuration?.settings.issuers.map(\.keys) == [expected])
    }

    @Test(
        "says what is wrong with an issuer",
        arguments: [
            (
                "{}",
                [
                    "1:15: error: issuers.a: `issuer` is missing; it is the `iss` of the tokens",
                    "1:15: error: issuers.a: `audiences` is missing; one of them must be in `aud`; `any` accepts all",
                    "1:15: error: issuers.a: `algorithms` is missing; for example `[RS256, ES256]`",
                ]
            ),
            (
                "{ issuer: a.example, audiences: x, algorithms: ES256 }",
                [
                    "1:25: error: issuers.a.issuer: expected an http or https URL without user, query and fragment, found \"a.example\""
                ]
            ),
            (
                "{ issuer: \"https://u@a.example\", audiences: x, algorithms: ES256, keys: { file: keys.jwks } }",
                [
                    "1:25: error: issuers.a.issuer: expected an http or https URL without user, query and fragment, found \"https://…@a.example\""
                ]
            ),
            (
                "{ issuer: \"https://a.example/?x\", audiences: x, algorithms: ES256 }",
                [
                    "1:25: error: issuers.a.issuer: expected an http or https URL without user, query and fragment, found \"https://a.example/?x\""
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: [], algorithms: [] }",
                [
                    "1:55: error: issuers.a.audiences: the list is empty; leave the key out, or name something",
                    "1:71: error: issuers.a.algorithms: the list is empty; leave the key out, or name something",
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: [x, any], algorithms: ES256 }",
                [
                    "1:55: error: issuers.a.audiences: `any` stands alone"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: [\"\"], algorithms: ES256 }",
                ["1:56: error: issuers.a.audiences[0]: is empty"]
            ),
            (
                "{ issuer: https://a.example, audiences: any, algorithms: ES256 }",
                [
                    "1:55: warning: issuers.a.audiences: tokens that the issuer made for other services are accepted too"
                ]
            ),
            (
                "{ issuer: http://a.example, audiences: x, algorithms: ES256 }",
                [
                    "1:25: warning: issuers.a.issuer: keys are fetched over http; whoever is between here and the issuer can replace them"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: [NoNe] }",
                [
                    "1:71: error: issuers.a.algorithms[0]: an unsigned token proves nothing; `none` is never accepted"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: [rs256, ES] }",
                [
                    "1:71: error: issuers.a.algorithms[0]: unknown algorithm \"rs256\"; did you mean `RS256`?",
                    "1:78: error: issuers.a.algorithms[1]: unknown algorithm \"ES\"",
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: [RS256, HS256] }",
                [
                    "1:70: error: issuers.a.algorithms: HS256, HS384 and HS512 never stand beside other algorithms"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: HS256 }",
                [
                    "1:70: error: issuers.a.algorithms: HS256, HS384 and HS512 need `keys: {secret: …}`"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: RS256, keys: { secret: \"\(Self.secret)\" } }",
                [
                    "1:70: error: issuers.a.algorithms: a `secret` verifies HS256, HS384 and HS512 alone"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: ES256, leeway: 61s }",
                [
                    "1:85: error: issuers.a.leeway: at most 60s; set the clocks instead"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: ES256, max_lifetime: 0s }",
                [
                    "1:91: error: issuers.a.max_lifetime: must be at least one second"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: ES256, require: [a..b] }",
                [
                    "1:87: error: issuers.a.require[0]: expected a claim: a dotted path, a JSON Pointer such as `/a~1b`, or a URL, found \"a..b\""
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: ES256, require: [] }",
                [
                    "1:86: warning: issuers.a.require: tokens without `sub` are accepted, and say nothing about who asks"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: ES256, tls: {} }",
                [
                    "1:82: error: issuers.a.tls: `ca` is missing"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: ES256, introspection: { url: x } }",
                [
                    "1:77: error: issuers.a.introspection: `introspection` is not supported by this version"
                ]
            ),
            (
                "{ issuer: https://a.example, audiences: x, algorithms: ES256, key: discovery }",
                [
                    "1:77: error: issuers.a.key: unknown key; did you mean `keys`?"
                ]
            ),
        ] as [(String, [String])]
    )
    func wrong(_ issuer: String, _ expected: [String]) {
        #expect(PolicyFixture.problems("issuers: { a: \(issuer) }") == expected)
    }

    @Test(
        "says what is wrong with keys, without showing them",
        arguments: [
            (
                "ES256", "jwks",
                "expected `discovery`, or one of `{url: …}`, `{file: …}`, `{pem: …}`, `{inline: …}`, `{secret: …}`"
            ),
            ("ES256", "{}", "exactly one of `url`, `file`, `pem`, `inline` and `secret` says where the keys are"),
            (
                "ES256", "{ url: x, file: y }",
                "exactly one of `url`, `file`, `pem`, `inline` and `secret` says where the keys are"
            ),
            (
                "ES256", "{ url: ftp://x }",
                "url: expected an http or https URL without user and fragment, found \"ftp://x\""
            ),
            ("ES256", "{ file: none }", "file: the file `none` cannot be read: No such file or directory"),
            ("ES256", "{ file: cert.pem }", "file: not valid JSON at byte 1"),
            ("ES256", "{ file: empty.json }", "file: no JSON Web Key Set: the array \"keys\" is missing"),
            ("ES256", "{ inline: { keys: [.inf] } }", "inline.keys[0]: \".inf\" is no number that JSON knows"),
            ("ES256", "{ inline: x }", "inline: expected a JSON Web Key Set, found \"x\""),
            ("ES256", "{ pem: none.pem }", "pem: the file `none.pem` cannot be read: No such file or directory"),
            ("ES256", "{ pem: key.pem }", "pem: this is a private key; the gateway verifies with the public one"),
            ("ES256", "{ pem: empty.json }", "pem: no public key and no certificate: the key cannot be read"),
            ("HS256", "{ secret: \"base64:*\" }", "secret: what follows `base64:` is no base64"),
            (
                "HS256", "{ secret: 0123456789abcdef0123456789abcde }",
                "secret: a secret has at least 32 bytes, this one 31"
            ),
            (
                "HS256", "{ secret: \"${WORDS}\" }",
                "secret: this secret looks like words or a pattern; make a random one: `openssl rand -base64 32`"
            ),
        ]
    )
    func wrongKeys(_ algorithms: String, _ keys: String, _ expected: String) {
        let lines = PolicyFixture.problems(
            "issuers: { a: { issuer: https://a.example, audiences: x, algorithms: \(algorithms), keys: \(keys) } }",
            variables: ["WORDS": "correct horse battery staple and so on"],
            files: ["cert.pem": PEMFixture.certificate, "key.pem": PEMFixture.key, "empty.json": "{}"]
        )
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix(expected) ?? false, "\(lines)")
        #expect(!lines.joined().contains("horse"))
    }

    @Test("warns of keys that can be replaced on their way, and of a set without a usable key")
    func keyWarnings() {
        let lines = PolicyFixture.problems(
            """
            issuers:
              a: { issuer: https://a.example, audiences: x, algorithms: ES256, keys: { url: "http://a.example/keys" } }
              b: { issuer: https://b.example, audiences: x, algorithms: ES256, keys: { inline: { keys: [] } } }
            """
        )
        #expect(
            lines == [
                "2:81: warning: issuers.a.keys.url: keys are fetched over http; whoever is between here and the issuer can replace them",
                "3:84: warning: issuers.b.keys.inline: no key can be used, so every token is refused",
            ]
        )
    }

    @Test("J7: refuses two issuers with one iss")
    func sameIssuer() {
        let lines = PolicyFixture.problems(
            """
            issuers:
              a: { issuer: https://a.example, audiences: x, algorithms: ES256 }
              b: { issuer: https://a.example, audiences: y, algorithms: RS256 }
            """
        )
        #expect(lines == ["3:16: error: issuers.b.issuer: the same `iss` as `issuers.a.issuer`"])
    }

    @Test(
        "says what is wrong with token_from",
        arguments: [
            ("query", "token_from: expected `header`, `{header: NAME}` or `{cookie: NAME}`, found \"query\""),
            (
                "[{ query: token }]",
                "token_from[0].query: a token in a URL ends in logs and histories; it is never read there"
            ),
            ("[{}]", "token_from[0]: expected `header`, `{header: NAME}` or `{cookie: NAME}`"),
            ("[{ header: X-A, cookie: a }]", "token_from[0]: expected `header`, `{header: NAME}` or `{cookie: NAME}`"),
            ("[[header]]", "token_from[0]: expected `header`, `{header: NAME}` or `{cookie: NAME}`"),
            ("{ header: \"X A\" }", "token_from.header: \"X A\" is not the name of a header"),
            ("{ header: Host }", "token_from.header: `Host` is written by the gateway itself"),
            (
                "{ header: authorization }",
                "token_from.header: for `Authorization: Bearer` write `header`, for a cookie `{cookie: NAME}`"
            ),
            ("{ cookie: \"a b\" }", "token_from.cookie: expected the name of a cookie, found \"a b\""),
            ("[header, header]", "token_from: a place stands here twice"),
            ("[]", "token_from: the list is empty; leave the key out, or name something"),
        ]
    )
    func tokenFrom(_ text: String, _ expected: String) {
        let lines = PolicyFixture.problems(
            "issuers: { a: { issuer: https://a.example, audiences: x, algorithms: ES256, token_from: \(text) } }"
        )
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("error: issuers.a.\(expected)") ?? false, "\(lines)")
    }
}
