public import AuthorizationServer
public import JOSE
public import Telemetry

/// One provider, spoken to from the control loop. Each completion is called once, later, on that loop.
public protocol Provider: AnyObject {
    /// The key in the policy file.
    var name: String { get }

    /// Where the browser is sent, with a pushed request if the provider takes one (RFC 9126).
    func begin(_ request: SignInRequest, _ completion: @escaping (Result<String, ProviderFailure>) -> Void)

    /// Whether a response that brings an `error` is this provider's own: its `iss`, if it was there, is held to the same
    /// rule as that of a code (RFC 9207, section 2.4). One of another issuer is `.invalid`.
    func check(issuer: String?, _ completion: @escaping (Result<Void, ProviderFailure>) -> Void)

    /// Redeems the code of a response whose `state` was found good. Everything about it is checked here: `iss`, the ID
    /// token with `nonce`, the subject of the user info.
    func finish(_ response: SignInResponse, _ completion: @escaping (Result<Identity, ProviderFailure>) -> Void)

    /// `identity` is that of the session. Another `sub` than its is `.refused`.
    func refresh(_ identity: Identity, _ completion: @escaping (Result<Refreshed, ProviderFailure>) -> Void)

    /// Tells the provider that the refresh token, or without one the access token, is used no more (RFC 7009). Nothing
    /// waits for it.
    func revoke(_ identity: Identity)

    /// Where the browser signs out at the provider, too (OpenID Connect RP-Initiated Logout 1.0); nil if it cannot. After a
    /// restart this has to be asked first.
    ///
    /// It comes back to `BaseURL.signedOutURI`, the one address that is registered there, with `state` (section 3).
    func signOutAddress(_ identity: Identity, state: String, _ completion: @escaping (String?) -> Void)

    /// Whether it is known, without asking, that the token of this mark counts no longer.
    func hasRevoked(_ mark: TokenMark) -> Bool
}

extension Provider {
    /// Tokens of others have no mark.
    public func hasRevoked(_ mark: TokenMark) -> Bool { false }
}

/// What one sign-in sends to the provider.
public struct SignInRequest: Sendable {
    public let state: String
    public let nonce: String
    /// RFC 7636: 43 characters from 32 random bytes. The provider gets its S256.
    public let verifier: Redacted<String>

    public init(state: String, nonce: String, verifier: Redacted<String>) {
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
    }
}

/// What came back, and what this browser's flow kept for it.
public struct SignInResponse: Sendable {
    public let code: Redacted<String>
    /// `iss` (RFC 9207), if it was there.
    public let issuer: String?
    public let request: SignInRequest

    public init(code: Redacted<String>, issuer: String?, request: SignInRequest) {
        self.code = code
        self.issuer = issuer
        self.request = request
    }
}

/// Who somebody is, as a provider says, and what the gateway has to ask it again.
public struct Identity: Sendable, Equatable {
    /// Of the ID token and the user info; the ID token's where both have one. `sub` is there. For GitHub, those that it has
    /// under OpenID Connect's names, and `groups`.
    public var claims: JSONValue
    public var accessToken: Redacted<String>
    /// Seconds since 1970; nil if the provider did not say.
    public var accessExpiresAt: Int64?
    public var refreshToken: Redacted<String>?
    /// As it was issued, for `id_token_hint`.
    public var idToken: Redacted<String>?
    /// Granted by an embedded provider; empty for others, whose scopes are words for their own services.
    public var scopes: [String] = []

    public init(claims: JSONValue, accessToken: Redacted<String>) {
        self.claims = claims
        self.accessToken = accessToken
    }

    public var subject: String? { self.claims["sub"]?.string }
    /// `sid`: the session at the provider, which its back-channel logout names.
    public var providerSession: String? { self.claims["sid"]?.string }
}

/// What came of a refresh token. The provider may not take it again, so that the next one is there whatever else the answer
/// was.
public enum Refreshed: Sendable, Equatable {
    /// With the next tokens. A `doubt` is why the claims are the former ones: new ones could not be verified, or not had, now.
    case identity(Identity, doubt: ProviderFailure? = nil)
    /// The next refresh token. Nothing else of the answer counts, because it contradicts what has to be true.
    case token(Redacted<String>, because: ProviderFailure)
}

/// Why a provider could not be of use. The texts are for the operator: they hold nothing secret.
public enum ProviderFailure: Error, Equatable, Sendable {
    /// Not reached, late, or answering 5xx or 429: it may be better in a while.
    case unavailable(String)
    /// It said no: `error` of RFC 6749, section 5.2, such as `invalid_grant`, cut to 256 printable bytes.
    case refused(String)
    /// What it said cannot be trusted or used.
    case invalid(String)
}
