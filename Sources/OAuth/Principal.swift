public import JOSE

/// Who asks, as was proven: what access rules judge, and what upstreams are told about.
///
/// Two things prove it, and nothing else makes one: a token that was verified (`TokenVerifier`), and a session that was
/// opened (`SessionReader` of the target Login).
public final class Principal: Sendable {
    public enum Proof: Sendable {
        case token
        /// Of a browser that a provider signed in.
        case session
    }

    public let proof: Proof
    /// Its place in the policy: among the issuers, and after them the providers.
    public let issuer: Int
    /// The name of the issuer or the provider in the policy.
    public let issuerName: String
    public let claims: JSONValue
    /// Those of its scopes that the policy names.
    public let scopes: ScopeSet
    /// All of its scopes, each once, in the order of the token.
    public let scopeWords: [String]

    public init(
        proof: Proof,
        issuer: (index: Int, name: String),
        claims: JSONValue,
        scopes: ScopeSet,
        scopeWords: [String]
    ) {
        self.proof = proof
        self.issuer = issuer.index
        self.issuerName = issuer.name
        self.claims = claims
        self.scopes = scopes
        self.scopeWords = scopeWords
    }

    /// `sub`, if it is there.
    public var subject: String? { self.claims["sub"]?.string }

    /// `client_id` (RFC 9068, section 2.2), or else `azp` (OpenID Connect Core 1.0, section 2).
    public var clientID: String? { self.claims["client_id"]?.string ?? self.claims["azp"]?.string }
}
