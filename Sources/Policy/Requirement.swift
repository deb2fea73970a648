import Bytes
import JOSE
public import OAuth

/// One access mapping, compiled: all of it must hold.
///
/// A class, because a struct of arrays would have the references of each counted when it is taken out of a list.
final class Requirement {
    /// The path parameters that its claims use, by their place in the pattern.
    let parameters: [Int]
    private let issuers: [Int]
    private let audiences: [[UInt8]]
    private let scopes: ScopeSet
    private let anyScope: ScopeSet
    private let claims: [ClaimCheck]
    private let challenges: ScopeChallenges

    init(_ settings: RequirementSettings, parameterNames: [String], issuers: [String], scopes: ScopeTable) {
        // An issuer and a provider may have the same name: it means both.
        self.issuers = settings.issuers.flatMap { name in
            let places = issuers.indices.filter { issuers[$0].hasSameBytes(as: name) }
            precondition(!places.isEmpty, "unchecked issuer: \(name)")
            return places
        }
        self.audiences = settings.audiences.map { Array($0.utf8) }
        self.scopes = Self.set(settings.scopes, scopes)
        self.anyScope = Self.set(settings.anyScope, scopes)
        self.claims = settings.claims.map { ClaimCheck($0, parameterNames: parameterNames) }
        self.parameters = Set(self.claims.flatMap(\.parameters)).sorted()
        self.challenges = ScopeChallenges(settings)
    }

    /// The first thing that is missing, in the order of the reference; nil if nothing is.
    func refusal(of principal: Principal, parameters: PathParameters, path: Span<UInt8>) -> AccessRefusal? {
        if !self.issuers.isEmpty && !self.issuers.contains(principal.issuer) { return AccessRefusal(.issuerNotAllowed) }
        if !self.isAudience(of: principal) { return AccessRefusal(.audienceMismatch) }
        let holdsAny = self.anyScope.isEmpty || principal.scopes.intersects(self.anyScope)
        guard holdsAny && principal.scopes.isSuperset(of: self.scopes) else {
            return AccessRefusal(
                .scopeInsufficient,
                scope: holdsAny ? self.challenges.all : self.challenges.allAndFirstOfAny
            )
        }
        guard !self.claims.isEmpty else { return nil }
        let values = PathValues(parameters: parameters, path: path)
        guard values.areText(self.parameters) else { return AccessRefusal(.claimMismatch) }
        for check in self.claims where !check.holds(principal.claims, values) { return AccessRefusal(.claimMismatch) }
        return nil
    }

    // RFC 7519 4.1.3: a string, or an array of strings. What a provider tells of a browser's user is meant for the gateway
    // alone, and says nothing about services.
    private func isAudience(of principal: Principal) -> Bool {
        guard !self.audiences.isEmpty, principal.proof == .token else { return true }
        switch principal.claims["aud"] {
        case .string(let name): return self.isAudience(name)
        case .array(let names):
            for case .string(let name) in names where self.isAudience(name) { return true }
            return false
        case nil, .null, .bool, .integer, .real, .object: return false
        }
    }

    private func isAudience(_ name: String) -> Bool {
        for audience in self.audiences where name.utf8Span.span.equals(audience.span) { return true }
        return false
    }

    private static func set(_ words: [String], _ scopes: ScopeTable) -> ScopeSet {
        var set = ScopeSet()
        for word in words {
            guard let index = scopes.index(of: word) else { preconditionFailure("a scope without an index: \(word)") }
            set.insert(index)
        }
        return set
    }
}

// Texts are held as bytes, and so compared: `==` of two strings also holds for what Unicode calls equivalent.
extension Requirement: Hashable {
    /// Whether both ask the same. One with claims is equal to itself alone.
    static func == (one: Requirement, other: Requirement) -> Bool {
        if one === other { return true }
        return one.claims.isEmpty && other.claims.isEmpty && one.issuers == other.issuers
            && one.audiences == other.audiences && one.scopes == other.scopes && one.anyScope == other.anyScope
            && one.challenges == other.challenges
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.scopes)
        hasher.combine(self.anyScope)
        hasher.combine(self.audiences)
        // Those with claims are never equal, and would otherwise all fall into one place.
        if !self.claims.isEmpty { hasher.combine(ObjectIdentifier(self)) }
    }
}

/// What `scope` of a challenge says: all of `scopes`, then, if none of `any_scope` is held, its first.
private struct ScopeChallenges: Hashable {
    let all: [UInt8]
    let allAndFirstOfAny: [UInt8]

    init(_ settings: RequirementSettings) {
        let first = settings.anyScope.prefix(1).filter { !settings.scopes.contains($0) }
        self.all = Array(settings.scopes.joined(separator: " ").utf8)
        self.allAndFirstOfAny = Array((settings.scopes + first).joined(separator: " ").utf8)
    }
}

extension ScopeTable {
    /// Every scope that the routes ask for.
    public init(_ routes: [RouteSettings]) {
        self.init()
        for route in routes {
            guard case .anyOf(let requirements) = route.access else { continue }
            for requirement in requirements {
                for word in requirement.scopes + requirement.anyScope { self.intern(word) }
            }
        }
    }
}
