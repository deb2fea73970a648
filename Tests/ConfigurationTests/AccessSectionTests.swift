import Gateway
import JOSE
import OAuth
import Policy
import Testing

@testable import Configuration

@Suite("access")
struct AccessSectionTests {
    static func access(_ access: String, path: String = "/{tenant}") -> AccessSettings? {
        PolicyFixture.settings("routes: [{ path: \"\(path)\", upstream: echo, access: \(access) }]")?.routes.first?
            .access
    }

    @Test(
        "takes its words",
        arguments: [("public", AccessSettings.public), ("optional", .optional), ("\"authenticated\"", .authenticated)]
    )
    func words(_ text: String, _ expected: AccessSettings) {
        #expect(Self.access(text) == expected)
    }

    @Test("takes a mapping with every key, and a list of mappings")
    func mappings() {
        var first = RequirementSettings()
        first.issuers = ["demo"]
        first.audiences = ["a"]
        first.scopes = ["orders:read", "b"]
        first.anyScope = ["c", "d"]
        first.claims = [ClaimSettings(selector: ClaimSelector("x")!, tests: [.anyOf([.value(3)])])]
        var second = RequirementSettings()
        second.scopes = ["e"]
        let text = "{ issuers: demo, audiences: a, scopes: [\"orders:read\", b], any_scope: [c, d], claims: { x: 3 } }"
        #expect(Self.access(text) == .anyOf([first]))
        #expect(Self.access("[\(text), { scopes: e }]") == .anyOf([first, second]))
    }

    @Test(
        "compares claims with values of their type",
        arguments: [
            ("3", [ClaimTest.anyOf([.value(3)])]),
            ("\"3\"", [.anyOf([.value("3")])]),
            ("true", [.anyOf([.value(true)])]),
            ("\"true\"", [.anyOf([.value("true")])]),
            ("1.5", [.anyOf([.value(.real(1.5))])]),
            ("[ops, 3]", [.anyOf([.value("ops"), .value(3)])]),
            ("\"{tenant}\"", [.anyOf([.template([.parameter("tenant")])])]),
            ("\"org-{tenant}!\"", [.anyOf([.template([.text("org-"), .parameter("tenant"), .text("!")])])]),
            ("\"{{tenant}\"", [.anyOf([.value("{tenant}")])]),
            ("\"{{{tenant}}\"", [.anyOf([.template([.text("{"), .parameter("tenant"), .text("}")])])]),
            ("\"\"", [.anyOf([.value("")])]),
            (
                "{ any_of: [a], all_of: [b, c], none_of: \"{tenant}\", equals: 1, prefix: x, exists: true }",
                [
                    .anyOf([.value("a")]), .allOf([.value("b"), .value("c")]),
                    .noneOf([.template([.parameter("tenant")])]),
                    .equals(.value(1)), .prefix(.value("x")), .exists(true),
                ]
            ),
            ("{ exists: false }", [.exists(false)]),
        ] as [(String, [ClaimTest])]
    )
    func claims(_ text: String, _ expected: [ClaimTest]) {
        var requirement = RequirementSettings()
        requirement.claims = [ClaimSettings(selector: ClaimSelector("/https:~1~1a.example~1x")!, tests: expected)]
        #expect(Self.access("{ claims: { /https:~1~1a.example~1x: \(text) } }") == .anyOf([requirement]))
    }

    @Test(
        "says what is wrong",
        arguments: [
            ("privat", "access: expected one of `public`, `optional`, `authenticated`, found \"privat\""),
            (
                "publik",
                "access: expected one of `public`, `optional`, `authenticated`, found \"publik\"; did you mean `public`?"
            ),
            ("true", "access: expected one of `public`, `optional`, `authenticated`, found \"true\""),
            ("", "access: has no value; leave the key out, or give it one"),
            ("{}", "access: the mapping is empty; write `authenticated` for any valid token"),
            ("[]", "access: the list is empty; write `authenticated` for any valid token"),
            ("[{}]", "access[0]: the mapping is empty; write `authenticated` for any valid token"),
            ("[public]", "access[0]: expected keys and values, found \"public\""),
            ("{ scops: a }", "access.scops: unknown key; did you mean `scopes`?"),
            ("{ scopes: [] }", "access.scopes: the list is empty; leave the key out, or name something"),
            ("{ scopes: a b }", "access.scopes: \"a b\" is not one scope; several scopes are a list: `[a, b]`"),
            ("{ scopes: [ä] }", "access.scopes[0]: \"ä\" is not one scope"),
            ("{ issuers: [acme] }", "access.issuers[0]: unknown issuer \"acme\""),
            ("{ issuers: demos }", "access.issuers: unknown issuer \"demos\"; did you mean `demo`?"),
            ("{ claims: {} }", "access.claims: the mapping is empty; leave the key out, or name a claim"),
            (
                "{ claims: { a..b: 1 } }",
                "access.claims.a..b: \"a..b\" is no claim: a dotted path, a JSON Pointer such as `/a~1b`, or a URL"
            ),
            ("{ claims: { a: {} } }", "access.claims.a: the mapping is empty; name a test, such as `{exists: true}`"),
            ("{ claims: { a: { anyof: b } } }", "access.claims.a.anyof: unknown key; did you mean `any_of`?"),
            ("{ claims: { a: { exists: yes } } }", "access.claims.a.exists: expected `true` or `false`, found \"yes\""),
            (
                "{ claims: { a: { exists: false, equals: 1 } } }",
                "access.claims.a: a claim that must not exist passes no other test"
            ),
            ("{ claims: { a: ~ } }", "access.claims.a: has no value; leave the key out, or give it one"),
            ("{ claims: { a: [] } }", "access.claims.a: the list is empty; leave the key out, or name something"),
            ("{ claims: { a: [[b]] } }", "access.claims.a[0]: expected a value, found a list"),
            ("{ claims: { a: .nan } }", "access.claims.a: \".nan\" is no number that JSON knows"),
            ("{ claims: { a: { prefix: \"\" } } }", "access.claims.a.prefix: is empty"),
            (
                "{ claims: { a: \"{b\" } }",
                "access.claims.a: a `{` begins the name of a path parameter, `{tenant}`; write `{{` for the brace"
            ),
            (
                "{ claims: { a: \"{}\" } }",
                "access.claims.a: a `{` begins the name of a path parameter, `{tenant}`; write `{{` for the brace"
            ),
            ("{ claims: { a: \"{b}\" } }", "access.claims.a: the path of the route has no parameter of this name"),
            (
                "{ claims: { a: [x, \"{tennant}\"] } }",
                "access.claims.a[1]: the path of the route has no parameter of this name; did you mean `{tenant}`?"
            ),
        ]
    )
    func wrong(_ access: String, _ expected: String) {
        let lines = PolicyFixture.problems("routes: [{ path: \"/{tenant}\", upstream: echo, access: \(access) }]")
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("error: routes[0].\(expected)") ?? false, "\(lines)")
    }
}
