import Cryptography
import JOSE
import OAuth
import Testing

@testable import Policy

@Suite("Access rules")
struct AccessRuleTests {
    // MARK: - Who is asked for a credential

    @Test(
        "knows whether a credential is looked at, and needed",
        arguments: [
            (.public, false, false),
            (.optional, true, false),
            (.authenticated, true, true),
            (.anyOf([RequirementSettings(scopes: ["a"])]), true, true),
        ] as [(AccessSettings, Bool, Bool)]
    )
    func credentials(_ access: AccessSettings, _ looks: Bool, _ needs: Bool) throws {
        let rule = try Gate(access).table.rules[0].access
        #expect(rule.looksAtCredential == looks)
        #expect(rule.needsCredential == needs)
    }

    @Test(
        "decides with and without a token",
        arguments: [
            (.public, false, "nobody"), (.public, true, "nobody"),
            (.optional, false, "nobody"), (.optional, true, "demo"),
            (.authenticated, false, "token_missing"), (.authenticated, true, "demo"),
            (.anyOf([RequirementSettings(scopes: ["items:read"])]), false, "token_missing"),
            (.anyOf([RequirementSettings(scopes: ["items:read"])]), true, "demo"),
            (.anyOf([RequirementSettings(scopes: ["items:write"])]), true, "scope_insufficient"),
        ] as [(AccessSettings, Bool, String)]
    )
    func decides(_ access: AccessSettings, _ hasToken: Bool, _ expected: String) throws {
        let gate = try Gate(access)
        let token = hasToken ? try verifiedToken(["sub": "demo", "scope": "items:read"], scopes: gate.scopes) : nil
        #expect(gate.verdict(token) == expected)
    }

    // MARK: - The order of a requirement

    @Test("asks for issuer, audience, scopes and claims, in this order")
    func order() throws {
        let requirement = RequirementSettings(
            issuers: ["partners"],
            audiences: ["orders"],
            scopes: ["a"],
            claims: [ClaimSettings("c", .equals("x"))]
        )
        let gate = try Gate(requirement)
        let steps: [(RefusalCode?, AccessRefusal?)] = [
            (.issuerNotAllowed, gate.refusal(issuer: 0)),
            (.audienceMismatch, gate.refusal(issuer: 1)),
            (.scopeInsufficient, gate.refusal(issuer: 1, claims: ["aud": "orders"])),
            (.claimMismatch, gate.refusal(issuer: 1, scopes: ["a"], claims: ["aud": "orders"])),
            (nil, gate.refusal(issuer: 1, scopes: ["a"], claims: ["aud": "orders", "c": "x"])),
        ]
        for (expected, refusal) in steps { #expect(refusal?.code == expected) }
    }

    @Test(
        "finds one of the audiences in aud",
        arguments: [
            ("orders", true), (["other", "items"], true), ("other", false), (["other"], false), ([], false),
            ("Orders", false), ("orders ", false), (.null, false), (7, false), (["orders": true], false),
        ] as [(JSONValue, Bool)]
    )
    func audiences(_ audience: JSONValue, _ expected: Bool) throws {
        let gate = try Gate(RequirementSettings(audiences: ["orders", "items"]))
        #expect((gate.refusal(claims: ["aud": audience]) == nil) == expected)
        #expect(gate.refusal()?.code == .audienceMismatch)
    }

    @Test("means an issuer and a provider of the same name alike")
    func sharedName() throws {
        let settings = [try route("/", access: .anyOf([RequirementSettings(issuers: ["corp"])]))]
        let table = RouteTable(settings, issuers: ["partners", "corp", "corp"], scopes: ScopeTable(settings))
        let refused = [0, 1, 2].map { place in
            let principal = Principal(
                proof: place == 2 ? .session : .token,
                issuer: (place, "corp"),
                claims: [:],
                scopes: ScopeSet(),
                scopeWords: []
            )
            return table.rules[0].access.refusal(of: principal, parameters: PathParameters(), path: "/".utf8Span.span)
                != nil
        }
        #expect(refused == [true, false, false])
    }

    @Test("asks no session for audiences")
    func audiencesOfSessions() throws {
        let gate = try Gate(RequirementSettings(audiences: ["orders"], claims: [ClaimSettings("c", .exists(true))]))
        #expect(gate.refusal(claims: ["c": 1, "aud": "gateway"], proof: .session) == nil)
        #expect(gate.refusal(claims: ["aud": "gateway"], proof: .session)?.code == .claimMismatch)
    }

    // MARK: - Scopes

    @Test(
        "names the scopes that would help",
        arguments: [
            (["a", "b", "x"], nil), (["a", "b", "y"], nil), (["a", "b", "x", "y"], nil),
            (["a", "x"], "a b"), (["x"], "a b"),
            (["a", "b"], "a b x"), (["a"], "a b x"), ([], "a b x"), (["ab", "superx"], "a b x"),
        ] as [([String], String?)]
    )
    func challenge(_ held: [String], _ expected: String?) throws {
        let gate = try Gate(RequirementSettings(scopes: ["a", "b"], anyScope: ["x", "y"]))
        let refusal = gate.refusal(scopes: held)
        #expect(refusal?.code == (expected == nil ? nil : .scopeInsufficient))
        #expect(refusal.map { String(decoding: $0.scope, as: UTF8.self) } == expected)
    }

    @Test("names a scope once that stands in both lists")
    func challengeOnce() throws {
        let gate = try Gate(RequirementSettings(scopes: ["a"], anyScope: ["a", "x"]))
        #expect(gate.refusal()?.scope == Array("a".utf8))
    }

    @Test("any_scope alone asks for its first")
    func anyScopeAlone() throws {
        let gate = try Gate(RequirementSettings(anyScope: ["x", "y"]))
        #expect(gate.refusal()?.scope == Array("x".utf8))
        #expect(gate.refusal(scopes: ["y"]) == nil)
    }

    // MARK: - Several mappings

    @Test("of mappings that all refuse the first one answers, and one that holds is enough")
    func alternatives() throws {
        let gate = try Gate(
            .anyOf([
                RequirementSettings(scopes: ["admin"]),
                RequirementSettings(issuers: ["partners"]),
                RequirementSettings(claims: [ClaimSettings("c", .equals("x"))]),
            ])
        )
        #expect(gate.refusal()?.code == .scopeInsufficient)
        #expect(gate.refusal()?.scope == Array("admin".utf8))
        #expect(gate.refusal(issuer: 1) == nil)
        #expect(gate.refusal(claims: ["c": "x"]) == nil)
        #expect(gate.refusal(scopes: ["admin"]) == nil)
    }

    @Test("names the path parameters that decide")
    func parameters() throws {
        let first = RequirementSettings(claims: [ClaimSettings("c", .equals(.parameter("z")), .exists(true))])
        let second = RequirementSettings(claims: [ClaimSettings("d", .anyOf([.parameter("x"), .parameter("z")]))])
        let gate = try Gate(.anyOf([first, second]), pattern: "/{x}/{y}/{z}")
        #expect(gate.table.rules[0].access.parameters == [0, 2])
    }
}

extension Gate {
    /// What the rule says: whose permit, or the refusal.
    func verdict(_ token: VerifiedToken?) -> String {
        guard case .route(let match) = self.table.find("GET", self.path) else { return "no route" }
        let verdict = self.table.rules[match.rules].access.evaluate(
            token?.principal,
            parameters: match.parameters,
            path: self.path.utf8Span.span
        )
        switch consume verdict {
        case .permitted(let permit): return permit.principal?.subject ?? "nobody"
        case .refused(let refusal): return refusal.code.name.description
        }
    }
}

/// A token of the issuer `corp` that was really signed and verified: there is no other way to one.
func verifiedToken(_ claims: JSONValue, scopes: ScopeTable = ScopeTable()) throws -> VerifiedToken {
    let secret = try SecretKey(Array("a secret of at least thirty-two bytes".utf8))
    var corp = IssuerSettings(
        name: "corp",
        issuer: "https://corp.test",
        audiences: .any,
        algorithms: [.hs256],
        keys: .secret([])
    )
    corp.required = []
    let verifier = TokenVerifier(issuers: [corp], scopes: scopes)
    verifier.setKeys(try KeyRing(secret, algorithms: [.hs256], generation: 1), ofIssuer: 0)
    let members =
        (claims.members ?? []) + [
            JSONMember(name: "iss", value: "https://corp.test"), JSONMember(name: "exp", value: 2_000_000_000),
        ]
    let token = try TokenSigner(key: SigningKey(secret, algorithm: .hs256)).sign(.object(members))
    return try verifier.verify(token.utf8Span.span, at: 1_900_000_000)
}
