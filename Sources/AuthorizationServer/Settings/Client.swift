public import Bytes
public import Cryptography
public import JOSE
public import Stores

/// A client as it is known to the server, of the policy or of the store.
public struct Client: Sendable, Equatable {
    /// The `client_id`.
    @Exact public var name: String
    /// For people; `name` where there is none.
    @Exact public var displayName: String?
    public var authentication: ClientAuthenticationMethod
    @Exact public var redirectURIs: [String] = []
    @Exact public var postLogoutRedirectURIs: [String] = []
    public var grants: Set<GrantType> = []
    @Exact public var scopes: [String] = []
    /// Audiences whose tokens it may introspect.
    @Exact public var introspects: [String] = []
    /// RFC 9126, section 6: `require_pushed_authorization_requests`.
    public var requiresPushedRequests = false

    public init(name: String, authentication: ClientAuthenticationMethod) {
        self.name = name
        self.authentication = authentication
    }

    /// RFC 6749, section 2.1.
    public var isConfidential: Bool { self.authentication != .none }

    /// The name that people see.
    public var shownName: String { self.displayName ?? self.name }
}

/// How a client proves who it is.
public enum ClientAuthenticationMethod: Sendable, Equatable {
    /// A public client.
    case none
    /// `client_secret_basic` or `client_secret_post`.
    case secret(SecretDigest)
    /// `private_key_jwt`.
    case keys(JSONWebKeySet)
    /// The gateway itself: its own calls alone come from this client, and nothing over the network proves to be it.
    case gateway
}

extension ClientAuthenticationMethod {
    public static func == (one: ClientAuthenticationMethod, other: ClientAuthenticationMethod) -> Bool {
        switch (one, other) {
        case (.none, .none), (.gateway, .gateway): true
        case (.secret(let one), .secret(let other)): one == other
        case (.keys(let one), .keys(let other)): one.keys.map(\.json) == other.keys.map(\.json)
        case (.none, _), (.secret, _), (.keys, _), (.gateway, _): false
        }
    }
}

/// What a client may exchange for tokens. The raw value is the word of the policy and of the store.
public enum GrantType: String, Sendable, CaseIterable {
    case authorizationCode = "authorization_code"
    case clientCredentials = "client_credentials"
    case refreshToken = "refresh_token"
    case deviceCode = "device_code"
    /// `legacy` alone: RFC 9700, section 2.4.
    case password
    /// `legacy` alone: RFC 9700, section 2.1.2.
    case implicit

    /// The `grant_type` of a token request; nil for one that has none.
    public init?(parameter: String) {
        switch parameter {
        case Self.deviceCodeParameter: self = .deviceCode
        case "authorization_code": self = .authorizationCode
        case "client_credentials": self = .clientCredentials
        case "refresh_token": self = .refreshToken
        case "password": self = .password
        default: return nil
        }
    }

    /// RFC 8628, section 3.4.
    static let deviceCodeParameter = "urn:ietf:params:oauth:grant-type:device_code"

    /// As metadata and requests name it.
    public var parameter: String { self == .deviceCode ? Self.deviceCodeParameter : self.rawValue }

    public var isLegacy: Bool { self == .password || self == .implicit }
}

extension Client {
    /// One that is kept in the store. A key set that cannot be read leaves it without any key: nothing it signs counts.
    public init(_ record: ClientRecord) {
        let authentication: ClientAuthenticationMethod =
            if let secret = record.secret {
                .secret(secret)
            } else if let keySet = record.keySet {
                .keys((try? JSONWebKeySet(keySet)) ?? JSONWebKeySet(keys: []))
            } else {
                .none
            }
        self.init(name: record.name, authentication: authentication)
        self.displayName = record.displayName
        self.redirectURIs = record.redirectURIs
        self.postLogoutRedirectURIs = record.postLogoutRedirectURIs
        self.grants = Set(record.grants.compactMap(GrantType.init(rawValue:)))
        self.scopes = record.scopes
        self.introspects = record.introspects
        self.requiresPushedRequests = record.requiresPushedRequests
    }
}
