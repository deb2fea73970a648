public import Bytes
public import Cryptography

/// One entry of `issuers`: whose tokens are accepted, and what must be true of them. Equal ones accept the same tokens:
/// every text in it is compared byte by byte.
public struct IssuerSettings: Sendable, Equatable {
    /// The key in the policy file.
    @Exact public var name: String
    /// Exactly the `iss` of its tokens.
    @Exact public var issuer: String
    public var audiences: AudienceSettings
    public var algorithms: [SignatureAlgorithm]
    public var keys: KeySourceSettings
    public var keyRefresh = KeyRefreshSettings()
    /// PEM text of the authorities that the issuer's certificate is checked against; nil: the system's.
    @Exact public var certificateAuthorities: String? = nil
    /// Seconds by which clocks may differ; at most 60.
    public var leeway: Int64 = 30
    /// Accepted `typ` values, compared as media types; an absent `typ` counts as `jwt`.
    @Exact public var types: [String] = ["at+jwt", "jwt"]
    public var scopeClaims = [ClaimSelector("scope")!, ClaimSelector("scp")!, ClaimSelector("scopes")!]
    /// Claims that must be there; `exp` always must.
    public var required = [ClaimSelector("sub")!]
    /// The most that `exp - iat` may be, in seconds.
    public var maximumLifetime: Int64?
    /// Whether its tokens tell of sessions that ended (OpenID Connect Back-Channel Logout 1.0, section 2.4). Such tokens
    /// are nothing else, and nothing else is one.
    public var tellsLogouts = false
    /// Where the token is looked for.
    public var tokenFrom: [TokenLocation] = [.authorization]

    public init(
        name: String,
        issuer: String,
        audiences: AudienceSettings,
        algorithms: [SignatureAlgorithm],
        keys: KeySourceSettings
    ) {
        self.name = name
        self.issuer = issuer
        self.audiences = audiences
        self.algorithms = algorithms
        self.keys = keys
    }
}

public enum AudienceSettings: Sendable, Equatable {
    /// The word `any`: every `aud`, even none.
    case any
    case oneOf([String])
}

/// Where an issuer's keys come from. What is read from files is read with the policy, and again when the file changes.
public enum KeySourceSettings: Sendable, Equatable {
    /// `/.well-known/openid-configuration`, then RFC 8414's place.
    case discovery
    case url(String)
    /// The text of a JSON Web Key Set (RFC 7517 5), from `file` or `inline`.
    case keySet(String)
    /// PEM text: a public key or a certificate.
    case pem(String)
    /// 32 bytes or more.
    case secret([UInt8])
    /// The authorization server in this process, which tells them and tells of new ones.
    case embedded
}

/// `key_refresh`.
public struct KeyRefreshSettings: Sendable, Equatable {
    public var fresh: Duration = .seconds(600)
    public var unknownKeyID: Duration = .seconds(30)
    public var stale: Duration = .seconds(6 * 3600)
    public var timeout: Duration = .seconds(5)

    public init() {}
}

/// Where a token may come from. A query does not exist.
public enum TokenLocation: Sendable, Hashable {
    /// `Authorization: Bearer`.
    case authorization
    case header(String)
    case cookie(String)
}

// MARK: - Equatable

extension AudienceSettings {
    public static func == (one: AudienceSettings, other: AudienceSettings) -> Bool {
        switch (one, other) {
        case (.any, .any): true
        case (.oneOf(let one), .oneOf(let other)): one.hasSameBytes(as: other)
        case (.any, _), (.oneOf, _): false
        }
    }
}

extension KeySourceSettings {
    public static func == (one: KeySourceSettings, other: KeySourceSettings) -> Bool {
        switch (one, other) {
        case (.discovery, .discovery): true
        case (.url(let one), .url(let other)): one.hasSameBytes(as: other)
        case (.keySet(let one), .keySet(let other)): one.hasSameBytes(as: other)
        case (.pem(let one), .pem(let other)): one.hasSameBytes(as: other)
        case (.secret(let one), .secret(let other)): one == other
        case (.embedded, .embedded): true
        case (.discovery, _), (.url, _), (.keySet, _), (.pem, _), (.secret, _), (.embedded, _): false
        }
    }
}

extension TokenLocation {
    public static func == (one: TokenLocation, other: TokenLocation) -> Bool {
        switch (one, other) {
        case (.authorization, .authorization): true
        case (.header(let one), .header(let other)): one.hasSameBytes(as: other)
        case (.cookie(let one), .cookie(let other)): one.hasSameBytes(as: other)
        case (.authorization, _), (.header, _), (.cookie, _): false
        }
    }
}
