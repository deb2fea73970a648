import Bytes
import OAuth
import Testing

@testable import Policy

/// Routes of which the same is asked share their rules, and no others do.
@Suite("Rules of routes")
struct RouteRulesTests {
    @Test("are shared by routes that differ in where they lie alone")
    func shared() throws {
        var routes = try ["GET /a", "POST a.example /b/{c}", "/d/**"].map { try route($0) }
        for index in routes.indices { routes[index].access = .anyOf([RequirementSettings(scopes: ["read"])]) }
        routes[1].destination = .upstream("other")
        #expect(RouteTable(routes).rules.count == 1)
    }

    @Test("are not shared by routes of which something else is asked", arguments: Self.changes)
    func apart(_ change: Change) throws {
        var routes = try [route("/a"), route("/b")]
        for index in routes.indices { routes[index].access = .anyOf([Self.requirement]) }
        #expect(Self.table(routes).rules.count == 1)
        change.apply(&routes[1])
        #expect(Self.table(routes).rules.count == 2)
    }

    @Test("compare texts byte by byte, not as Unicode does")
    func bytes() throws {
        var routes = try [route("/a"), route("/b")]
        // Composed and decomposed: `==` of strings holds.
        for (index, text) in ["caf\u{e9}", "cafe\u{301}"].enumerated() {
            routes[index].access = .anyOf([RequirementSettings(audiences: [text])])
        }
        #expect(RouteTable(routes).rules.count == 2)
    }

    @Test("compare what upstreams are told byte by byte, too")
    func identities() throws {
        var routes = try [route("/a"), route("/b"), route("/c")]
        for (index, text) in ["caf\u{e9}", "cafe\u{301}", "caf\u{e9}"].enumerated() {
            let header = IdentityHeaderSettings(name: "X-Place", source: .claims([ClaimSelector(text)!]))
            routes[index].identity.headers = [header]
        }
        let table = RouteTable(routes)
        #expect(table.identities.count == 2)
        #expect(table.rules.count == 2)
    }

    @Test("with claims stay with their route, whose parameters they may use")
    func claims() throws {
        var routes = try [route("/{x}/{y}"), route("/z/{y}/{x}")]
        let access = AccessSettings.anyOf([RequirementSettings(claims: [ClaimSettings("c", .equals(.parameter("x")))])])
        for index in routes.indices { routes[index].access = access }
        let table = RouteTable(routes)
        #expect(table.rules.map(\.access.parameters) == [[0], [1]])
    }

    @Test("are found by ten thousand routes, each with its own name")
    func many() throws {
        let routes = try (0..<10_000).map { number in
            try route("/r\(number)", access: number % 2 == 0 ? .public : .authenticated)
        }
        let table = RouteTable(routes)
        #expect(table.rules.count == 2)
        for number in stride(from: 0, to: 10_000, by: 777) {
            guard case .route(let match) = table.find("GET", "/r\(number)") else {
                Issue.record("no route \(number)")
                continue
            }
            #expect(match.route == number)
            #expect(table.rules[match.rules].access.needsCredential == (number % 2 == 1))
            #expect(table.answer("/r\(number)") == "/r\(number)")
        }
    }

    // MARK: -

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let apply: @Sendable (inout RouteSettings) -> Void

        init(_ name: String, _ apply: @escaping @Sendable (inout RouteSettings) -> Void) {
            self.testDescription = name
            self.apply = apply
        }
    }

    static var requirement: RequirementSettings {
        RequirementSettings(issuers: ["corp"], audiences: ["a"], scopes: ["b"], anyScope: ["c"])
    }

    static let changes = [
        Change("public") { $0.access = .public },
        Change("optional") { $0.access = .optional },
        Change("authenticated") { $0.access = .authenticated },
        Self.requirement("issuers") { $0.issuers = ["partners"] },
        Self.requirement("audiences") { $0.audiences = ["A"] },
        Self.requirement("one more audience") { $0.audiences.append("d") },
        Self.requirement("scopes") { $0.scopes = ["c"] },
        Self.requirement("any_scope") { $0.anyScope = ["b"] },
        Self.requirement("the order of any_scope, which the challenge says") { $0.anyScope = ["d", "c"] },
        Change("one more mapping") { $0.access = .anyOf([Self.requirement, RequirementSettings(scopes: ["z"])]) },
        Change("networks") { $0.networks = [Network("10.0.0.0/8")!] },
        Change("cors") { $0.cors = CORSSettings(origins: ["https://a.example"]) },
        Change("allow_encoded_slash") { $0.allowsEncodedSlash = true },
        Change("other readings") { $0.refusesOtherReadings = false },
        Change("login") { $0.login = .any },
        Change("login of one provider") { $0.login = .oneOf(["corp"]) },
        Change("identity") { $0.identity.headers = [] },
    ]

    private static func requirement(
        _ name: String,
        _ change: @escaping @Sendable (inout RequirementSettings) -> Void
    ) -> Change {
        Change(name) { route in
            var requirement = Self.requirement
            change(&requirement)
            route.access = .anyOf([requirement])
        }
    }

    private static func table(_ routes: [RouteSettings]) -> RouteTable {
        RouteTable(routes, issuers: ["corp", "partners"], scopes: ScopeTable(routes))
    }
}
