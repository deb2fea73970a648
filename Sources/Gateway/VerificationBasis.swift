import OAuth

/// All that the verification of a token depends on beside time and keys, and how its result is written down. A token that
/// was verified on one basis counts as verified on an equal one, and on no other.
struct VerificationBasis: Equatable {
    private let issuers: [IssuerSettings]
    /// Scopes of a token are bits in this order. As bytes, because texts are equal that only look alike.
    private let scopes: [[UInt8]]
    private let maximumTokenBytes: Int

    init(_ settings: GatewaySettings, scopes: ScopeTable) {
        self.issuers = settings.issuers
        self.scopes = scopes.words.map { [UInt8]($0.utf8) }
        self.maximumTokenBytes = settings.server.limits.tokenBytes
    }
}
