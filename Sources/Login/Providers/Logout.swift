internal import JOSE

/// A provider that tells when a session has ended (OpenID Connect Back-Channel Logout 1.0).
public protocol LogoutSender: AnyObject {
    /// Exactly the `iss` of its tokens.
    var issuer: String { get }

    /// Verifies a logout token. `completion` is called once, later, on the control loop.
    func verify(logout token: String, _ completion: @escaping (Result<Logout, ProviderFailure>) -> Void)
}

/// What a verified logout token says (section 2.4).
public struct Logout: Sendable, Equatable {
    /// `jti`: a token counts once.
    public let tokenID: String
    /// `exp`, seconds since 1970.
    public let expiresAt: Int64
    /// `sid`: one session of the provider.
    public let providerSession: String?
    /// `sub`. One of both is there.
    public let subject: String?

    /// The longest `jti`, `sid` or `sub` that is kept.
    public static let maximumNameByteCount = 255

    /// Nil if the claims of a token, whose signature was verified, are not those of a logout token (section 2.6).
    init?(_ claims: JSONValue, expiresAt: Int64) {
        guard claims["nonce"] == nil, let tokenID = Self.name(claims["jti"]) else { return nil }
        // One that cannot be read must not become the end of all sessions of its person.
        guard claims["sid"] == nil || Self.name(claims["sid"]) != nil else { return nil }
        self.tokenID = tokenID
        self.expiresAt = expiresAt
        self.providerSession = Self.name(claims["sid"])
        self.subject = Self.name(claims["sub"])
        guard self.providerSession != nil || self.subject != nil else { return nil }
    }

    private static func name(_ claim: JSONValue?) -> String? {
        guard let text = claim?.string, !text.isEmpty, text.utf8.count <= self.maximumNameByteCount else { return nil }
        return text
    }
}
