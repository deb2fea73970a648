internal import Bytes
internal import JOSE

/// Judges the tokens of all issuers for one worker, in the order of the reference. It opens no connection: keys are
/// handed to it, and what is missing is named in the rejection.
public final class TokenVerifier {
    /// The default of `limits.token_bytes`.
    public static let defaultMaximumTokenByteCount = 8 * 1024

    let maximumTokenByteCount: Int
    let scopes: ScopeTable
    private let issuers: [IssuerRules]
    /// The decoded token; kept so that the next one needs no memory.
    private var buffer: [UInt8] = []
    var headers = HeaderMemory()

    /// `scopes` names every scope that the policy asks for.
    public init(
        issuers: [IssuerSettings],
        scopes: ScopeTable,
        maximumTokenByteCount: Int = defaultMaximumTokenByteCount
    ) {
        self.issuers = issuers.enumerated().map { IssuerRules($1, index: $0) }
        self.scopes = scopes
        self.maximumTokenByteCount = maximumTokenByteCount
    }

    /// Gives the issuer at `index` the keys of a new set; nil when the old set has become too old to be believed.
    public func setKeys(_ keys: KeyRing?, ofIssuer index: Int) {
        self.issuers[index].keys = keys
    }

    /// The keys of the issuer at `index`, as far as a set was obtained.
    public func keys(ofIssuer index: Int) -> KeyRing? {
        self.issuers[index].keys
    }

    // MARK: - Steps of `verify`

    /// The issuer whose `iss` is exactly this one (RFC 8725, section 3.8).
    func issuer(named name: String?) throws(TokenRejection) -> (index: Int, rules: IssuerRules) {
        guard let name else { throw .issuerUnknown }
        for (index, rules) in self.issuers.enumerated() where rules.issuer.hasSameBytes(as: name) {
            return (index, rules)
        }
        throw .issuerUnknown
    }

    /// Which of `words` the policy names.
    func scopeSet(_ words: [String]) -> ScopeSet {
        var set = ScopeSet()
        for word in words {
            if let index = self.scopes.index(of: word) { set.insert(index) }
        }
        return set
    }

    /// Lends the buffer: a span of it could not be taken while it is in the object.
    func withBuffer<Result>(
        _ body: (inout [UInt8]) throws(TokenRejection) -> Result
    ) throws(TokenRejection) -> Result {
        var buffer: [UInt8] = []
        swap(&buffer, &self.buffer)
        defer { swap(&buffer, &self.buffer) }
        return try body(&buffer)
    }
}
