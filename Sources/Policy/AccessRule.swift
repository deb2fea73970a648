public import OAuth

/// Who may pass: `access` of a route, compiled. Only an access rule makes a `Permit`.
public struct AccessRule: Hashable {
    /// False for `public`: a credential there, good or bad, changes nothing.
    public let looksAtCredential: Bool
    /// Whether a request without a credential is refused. `optional` looks at one and needs none.
    public let needsCredential: Bool
    /// The path parameters that decide, by their place in the pattern: other readings of the path must agree on them.
    public let parameters: [Int]
    /// One of them must hold; empty: any credential does.
    private let requirements: [Requirement]

    /// - Parameters:
    ///   - parameterNames: Of the route's path pattern.
    ///   - issuers: Names of issuers and sign-in providers; their places are those that tokens carry.
    ///   - scopes: Every scope that the policy names.
    init(_ settings: AccessSettings, parameterNames: [String], issuers: [String], scopes: ScopeTable) {
        var requirements: [Requirement] = []
        if case .anyOf(let alternatives) = settings {
            requirements = alternatives.map {
                Requirement($0, parameterNames: parameterNames, issuers: issuers, scopes: scopes)
            }
        }
        self.looksAtCredential = settings != .public
        self.needsCredential = settings != .public && settings != .optional
        self.parameters = Set(requirements.flatMap(\.parameters)).sorted()
        self.requirements = requirements
    }

    /// Decides about a request on the route that `match` names.
    ///
    /// `principal` is nil when no credential was sent; a bad one never gets here.
    public func evaluate(
        _ principal: Principal?,
        parameters: PathParameters,
        path: Span<UInt8>
    ) -> AccessVerdict {
        guard self.looksAtCredential else { return .permitted(Permit(principal: nil)) }
        guard let principal else {
            return self.needsCredential ? .refused(AccessRefusal(.tokenMissing)) : .permitted(Permit(principal: nil))
        }
        if let refusal = self.refusal(of: principal, parameters: parameters, path: path) { return .refused(refusal) }
        return .permitted(Permit(principal: principal))
    }

    /// Why a principal is refused; nil if it is not. It proves nothing: for permits, use `evaluate`.
    func refusal(of principal: Principal, parameters: PathParameters, path: Span<UInt8>) -> AccessRefusal? {
        var first: AccessRefusal?
        for requirement in self.requirements {
            let refusal = requirement.refusal(of: principal, parameters: parameters, path: path)
            guard let refusal else { return nil }
            // Of a list of mappings that all refuse, the first one answers.
            if first == nil { first = refusal }
        }
        return first
    }
}

/// Proof that an access rule let a request pass. Forwarding consumes it.
public struct Permit: ~Copyable {
    /// On whose behalf; nil when the route asked nobody, or nobody came.
    public let principal: Principal?

    fileprivate init(principal: Principal?) { self.principal = principal }
}

/// What an access rule says.
public enum AccessVerdict: ~Copyable {
    case permitted(Permit)
    case refused(AccessRefusal)
}

/// Why access is refused.
public struct AccessRefusal: Equatable, Sendable {
    public let code: RefusalCode
    /// What `scope` of the challenge says (RFC 6750 3); empty for other refusals.
    public let scope: [UInt8]

    init(_ code: RefusalCode, scope: [UInt8] = []) {
        self.code = code
        self.scope = scope
    }
}
