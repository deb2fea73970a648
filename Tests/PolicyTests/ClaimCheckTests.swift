import JOSE
import Testing

@testable import Policy

@Suite("Claim checks")
struct ClaimCheckTests {
    private func holds(_ test: ClaimTest, _ claims: JSONValue, selector: String = "c") throws -> Bool {
        let requirement = RequirementSettings(claims: [ClaimSettings(selector, test)])
        let refusal = try Gate(requirement).refusal(claims: claims)
        #expect(refusal == nil || refusal == AccessRefusal(.claimMismatch))
        return refusal == nil
    }

    // MARK: - The truth table

    private static let array: JSONValue = ["c": ["ops", "dev"]]
    private static let mixed: JSONValue = ["c": ["ops", 3]]

    @Test(
        "any_of: the claim or one element of it is one of the list",
        arguments: [
            (["c": "ops"], true), (["c": "dev"], false), (["c": "Ops"], false), (["c": "ops "], false),
            (Self.array, true), (Self.mixed, true), (["c": ["dev"]], false), (["c": []], false),
            ([:], false), (["c": .null], false), (["c": true], false), (["c": 3], true), (["c": "3"], false),
            (["c": .real(3.0)], true), (["c": .real(3.5)], false), (["c": ["ops": "ops"]], false),
        ] as [(JSONValue, Bool)]
    )
    func anyOf(_ claims: JSONValue, _ expected: Bool) throws {
        #expect(try self.holds(.anyOf(["ops", "admin", 3]), claims) == expected)
    }

    @Test(
        "all_of: each of the list is the claim or an element of it",
        arguments: [
            (Self.array, true), (["c": ["dev", "x", "ops"]], true), (["c": ["ops"]], false), (["c": "ops"], false),
            (["c": []], false), ([:], false), (["c": .null], false),
        ] as [(JSONValue, Bool)]
    )
    func allOf(_ claims: JSONValue, _ expected: Bool) throws {
        #expect(try self.holds(.allOf(["ops", "dev"]), claims) == expected)
    }

    @Test(
        "none_of: there, of the type, and nothing of the list",
        arguments: [
            (["c": "member"], true), (["c": "guest"], false), (["c": ["member"]], true),
            (["c": ["member", "guest"]], false), (["c": []], true),
            ([:], false), (["c": .null], false), (["c": 3], false), (["c": false], false), (["c": ["x": "y"]], false),
            (["c": ["member", 3]], false), (["c": ["member", .null]], false), (["c": [["guest"]]], false),
        ] as [(JSONValue, Bool)]
    )
    func noneOf(_ claims: JSONValue, _ expected: Bool) throws {
        #expect(try self.holds(.noneOf(["guest"]), claims) == expected)
    }

    @Test(
        "equals: the claim itself, by JSON type and value",
        arguments: [
            ("ops", ["c": "ops"], true), ("ops", ["c": ["ops"]], false), ("ops", [:], false),
            (3, ["c": 3], true), (3, ["c": .real(3)], true), (3, ["c": "3"], false), ("3", ["c": 3], false),
            (true, ["c": true], true), (true, ["c": 1], false), (true, ["c": "true"], false),
            (.value(.null), ["c": .null], true), (.value(.null), [:], false),
            (.value(["a", 1]), ["c": ["a", 1]], true), (.value(["a", 1]), ["c": [1, "a"]], false),
            (.value(["k": 1]), ["c": ["k": 1]], true), (.value(["k": 1]), ["c": ["k": 2]], false),
            ("caf\u{e9}", ["c": "cafe\u{301}"], false), ("K", ["c": "\u{212a}"], false),
        ] as [(ClaimOperand, JSONValue, Bool)]
    )
    func equals(_ operand: ClaimOperand, _ claims: JSONValue, _ expected: Bool) throws {
        #expect(try self.holds(.equals(operand), claims) == expected)
    }

    @Test(
        "prefix: of a text, or of one element",
        arguments: [
            (["c": "team/a"], true), (["c": "team/"], true), (["c": "team"], false), (["c": "a team/"], false),
            (["c": ["x", "team/b"]], true), (["c": ["x"]], false), ([:], false), (["c": 3], false),
            (["c": .null], false),
        ] as [(JSONValue, Bool)]
    )
    func prefix(_ claims: JSONValue, _ expected: Bool) throws {
        #expect(try self.holds(.prefix("team/"), claims) == expected)
    }

    @Test(
        "exists: only `false` passes an absent claim",
        arguments: [
            (true, ["c": "x"], true), (true, ["c": .null], true), (true, [:], false),
            (false, [:], true), (false, ["c": "x"], false), (false, ["c": .null], false), (false, ["c": []], false),
        ] as [(Bool, JSONValue, Bool)]
    )
    func exists(_ exists: Bool, _ claims: JSONValue, _ expected: Bool) throws {
        #expect(try self.holds(.exists(exists), claims) == expected)
    }

    @Test("all tests of a claim must hold")
    func allTests() throws {
        let claim = ClaimSettings("c", .prefix("team/"), .noneOf(["team/guest"]))
        let gate = try Gate(RequirementSettings(claims: [claim]))
        #expect(gate.refusal(claims: ["c": "team/a"]) == nil)
        #expect(gate.refusal(claims: ["c": "team/guest"])?.code == .claimMismatch)
        #expect(gate.refusal(claims: ["c": "other"])?.code == .claimMismatch)
    }

    // MARK: - Selectors

    // envoy#33603, krakend-jose#68: names with dots, slashes and URLs are reachable; another type never crashes.
    @Test(
        "reaches into objects, and nowhere else",
        arguments: [
            ("realm_access.roles", ["realm_access": ["roles": ["ops"]]], true),
            ("realm_access.roles", ["realm_access.roles": "ops"], false),
            ("realm_access.roles", ["realm_access": "ops"], false),
            ("realm_access.roles", ["realm_access": ["ops"]], false),
            ("/a.b", ["a.b": "ops"], true),
            ("/https:~1~1example.com~1team", ["https://example.com/team": "ops"], true),
            ("https://example.com/team", ["https://example.com/team": "ops"], true),
            ("/a/0", ["a": ["ops"]], false),
        ] as [(String, JSONValue, Bool)]
    )
    func selectors(_ selector: String, _ claims: JSONValue, _ expected: Bool) throws {
        #expect(try self.holds(.anyOf(["ops"]), claims, selector: selector) == expected)
    }

    // MARK: - Path parameters

    @Test(
        "compares with a path parameter as text",
        arguments: [
            ("/tenants/acme/x", "acme", true),
            ("/tenants/acme/x", "acm", false),
            ("/tenants/acme/x", "acmes", false),
            ("/tenants/acme/x", ["acme", "other"], true),
            ("/tenants/42/x", 42, false),
            ("/tenants/42/x", "42", true),
            ("/tenants/a%20b/x", "a b", true),
            ("/tenants/a%20b/x", "a%20b", false),
            ("/tenants/caf%C3%A9/x", "caf\u{e9}", true),
            ("/tenants/caf%C3%A9/x", "cafe\u{301}", false),
            ("/tenants/%FF/x", "\u{fffd}", false),
            ("/tenants/a%2Fb/x", "a/b", true),
        ] as [(String, JSONValue, Bool)]
    )
    func parameters(_ path: String, _ claim: JSONValue, _ expected: Bool) throws {
        let requirement = RequirementSettings(claims: [ClaimSettings("tenant", .anyOf([.parameter("tenant")]))])
        let gate = try Gate(requirement, pattern: "/tenants/{tenant}/{rest}", path: path)
        #expect((gate.refusal(claims: ["tenant": claim]) == nil) == expected)
    }

    @Test(
        "puts templates together from text and parameters",
        arguments: [
            ("org-acme/7", true), ("org-acme/", false), ("org-acme/77", false), ("acme/7", false), ("org-acme7", false),
        ]
    )
    func templates(_ claim: String, _ expected: Bool) throws {
        let template = ClaimOperand.template([.text("org-"), .parameter("tenant"), .text("/"), .parameter("id")])
        let requirement = RequirementSettings(claims: [ClaimSettings("c", .equals(template))])
        let gate = try Gate(requirement, pattern: "/{tenant}/{id}", path: "/acme/7")
        #expect((gate.refusal(claims: ["c": .string(claim)]) == nil) == expected)
    }

    @Test("a template may be a prefix")
    func templatePrefix() throws {
        let template = ClaimOperand.template([.text("org-"), .parameter("tenant")])
        let requirement = RequirementSettings(claims: [ClaimSettings("c", .prefix(template))])
        let gate = try Gate(requirement, pattern: "/{tenant}", path: "/acme")
        #expect(gate.refusal(claims: ["c": "org-acme-eu"]) == nil)
        #expect(gate.refusal(claims: ["c": "org-acm"])?.code == .claimMismatch)
    }

    @Test("a parameter that is no text fails every check, none_of too")
    func brokenParameter() throws {
        let requirement = RequirementSettings(claims: [ClaimSettings("c", .noneOf([.parameter("x")]))])
        #expect(try Gate(requirement, pattern: "/{x}", path: "/guest").refusal(claims: ["c": "a"]) == nil)
        #expect(try Gate(requirement, pattern: "/{x}", path: "/%C3").refusal(claims: ["c": "a"]) != nil)
    }
}
