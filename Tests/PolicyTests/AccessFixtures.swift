import HTTP
import JOSE
import OAuth

@testable public import Policy

/// One route and what its access rule says of principals; issuers are `corp` (0) and `partners` (1).
struct Gate {
    let table: RouteTable
    let scopes: ScopeTable
    let path: String

    /// - Parameter path: The request's; the pattern's own unless said otherwise.
    init(_ access: AccessSettings, pattern: String = "/", path: String? = nil) throws {
        let settings = [try route(pattern, access: access)]
        self.scopes = ScopeTable(settings)
        self.table = RouteTable(settings, issuers: ["corp", "partners"], scopes: self.scopes)
        self.path = path ?? pattern
    }

    init(_ requirement: RequirementSettings, pattern: String = "/", path: String? = nil) throws {
        try self.init(.anyOf([requirement]), pattern: pattern, path: path)
    }

    func refusal(
        issuer: Int = 0,
        scopes words: [String] = [],
        claims: JSONValue = [:],
        proof: Principal.Proof = .token
    ) -> AccessRefusal? {
        guard case .route(let match) = self.table.find("GET", self.path) else { return AccessRefusal(.routeNotFound) }
        var scopes = ScopeSet()
        for word in words {
            if let index = self.scopes.index(of: word) { scopes.insert(index) }
        }
        return self.table.rules[match.rules].access.refusal(
            of: Principal(
                proof: proof,
                issuer: (issuer, "corp"),
                claims: claims,
                scopes: scopes,
                scopeWords: words
            ),
            parameters: match.parameters,
            path: self.path.utf8Span.span
        )
    }
}

extension RequirementSettings {
    init(
        issuers: [String] = [],
        audiences: [String] = [],
        scopes: [String] = [],
        anyScope: [String] = [],
        claims: [ClaimSettings] = []
    ) {
        self.init()
        self.issuers = issuers
        self.audiences = audiences
        self.scopes = scopes
        self.anyScope = anyScope
        self.claims = claims
    }
}

extension ClaimSettings {
    init(_ selector: String, _ tests: ClaimTest...) {
        self.init(selector: ClaimSelector(selector)!, tests: tests)
    }
}

extension ClaimOperand: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral text: String) { self = .value(.string(text)) }
    public init(integerLiteral number: Int64) { self = .value(.integer(number)) }
    public init(booleanLiteral truth: Bool) { self = .value(.bool(truth)) }

    static func parameter(_ name: String) -> ClaimOperand { .template([.parameter(name)]) }
}
