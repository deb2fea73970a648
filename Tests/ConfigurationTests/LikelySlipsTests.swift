import Testing

@testable import Configuration

@Suite("What is allowed and surely not meant")
struct LikelySlipsTests {
    private static let spareUnused = "warning: upstreams.spare: no route uses this upstream"

    @Test(
        "an upstream that neither a route nor `defaults` names",
        arguments: [
            ("", "[{ path: /, access: public, upstream: main }]", [Self.spareUnused]),
            ("", "[{ path: /, access: public, upstream: spare }, { path: /e, access: public, upstream: main }]", []),
            ("defaults: { upstream: spare }", "[{ path: /, access: public, upstream: main }]", []),
            ("", "[]", [Self.spareUnused, "warning: upstreams.main: no route uses this upstream"]),
        ]
    )
    func unusedUpstreams(_ defaults: String, _ routes: String, _ expected: [String]) {
        let found = PolicyFixture.problems(
            """
            upstreams: { spare: { builtin: echo }, main: { builtin: echo } }
            \(defaults)
            routes: \(routes)
            """
        )
        #expect(found.map { String($0.drop { !$0.isLetter }) } == expected)
    }

    @Test("no upstream is called unused while a name is misspelt or not set")
    func misspelt() {
        let upstreams = "upstreams: { spare: { builtin: echo }, main: { builtin: echo } }\n"
        let misspelt = PolicyFixture.problems(upstreams + "routes: [{ path: /, access: public, upstream: mian }]")
        #expect(misspelt.count == 1 && misspelt[0].contains("unknown upstream"))
        let unset = PolicyFixture.complete(upstreams + "routes: [{ path: /, access: public, upstream: \"${NAME}\" }]")
        #expect(PolicyFixture.read(unset, allowsUnset: true).problems.isEmpty)
    }

    @Test(
        "a segment that begins with a colon",
        arguments: [
            ("/users/:id", "{id}"), ("/:tenant/orders", "{tenant}"), ("/users/{id}", nil), ("/v1/jobs:cancel", nil),
            ("/a/:", nil),
        ]
    )
    func colons(_ path: String, _ parameter: String?) {
        let found = PolicyFixture.problems("routes: [{ path: \"\(path)\", access: public, upstream: echo }]")
        let expected = parameter.map {
            "1:18: warning: routes[0].path: a segment that begins with `:` is text like any other; did you mean `\($0)`?"
        }
        #expect(found == (expected.map { [$0] } ?? []))
    }

    @Test(
        "a variable without braces",
        arguments: [
            ("$API_KEY", true), ("$KEY2", true), ("\"$API_KEY\"", false), ("$2", false), ("$", false),
            ("$api_key", false), ("a$API_KEY", false), ("$API_KEY/x", false), ("$$API_KEY", false),
        ]
    )
    func bareVariables(_ value: String, _ isWarned: Bool) {
        let found = PolicyFixture.problems(
            "routes: [{ path: /, access: public, upstream: echo, request_headers: { X-Key: \(value) } }]"
        )
        #expect(found.count == (isWarned ? 1 : 0), "\(found)")
        #expect(found.allSatisfy { $0.contains("warning") && $0.contains("write `${\(value.dropFirst())}`") })
    }
}
