public import Bytes
public import Cryptography
public import Endpoints

/// `authorization_server`: what the embedded server issues, to whom, and where it keeps what it must remember.
public struct AuthorizationServerSettings: Sendable, Equatable {
    public var issuer: IssuerAddress
    public var store: StoreSettings
    public var keys: SigningKeySettings
    /// The first is the `aud` of tokens for which no `resource` was asked (RFC 8707). Never empty.
    @Exact public var audiences: [String]
    public var lifetimes = TokenLifetimes()
    public var session = SessionSettings()
    public var lockout = LockoutSettings()
    /// What can be asked for besides `openid`, `profile`, `email` and `offline_access`, in the order of the policy.
    public var scopes: [ScopeSettings] = []
    public var clients: [Client] = []
    /// What the gateway is for the server when browsers sign in to it here; nil if they do not. Beside `clients`: nobody has
    /// written it, so that nothing lists it.
    public var gateway: Client?
    public var users: [User] = []
    /// RFC 7591, with an initial access token.
    public var allowsRegistration = false
    /// What stands around the pages; nil: the usual frame.
    public var template: PageTemplate?

    /// The cookies that the server gives browsers. No service behind the gateway may see them.
    public var cookieNames: [String] { BrowserCookie.names(self.issuer) }

    public init(issuer: IssuerAddress, store: StoreSettings, keys: SigningKeySettings, audiences: [String]) {
        self.issuer = issuer
        self.store = store
        self.keys = keys
        self.audiences = audiences
    }
}

/// `authorization_server.store`.
public enum StoreSettings: Sendable, Equatable {
    /// Everything is forgotten when the process ends.
    case memory
    /// The path of an SQLite file, from the working directory.
    case sqlite(String)
}

/// `authorization_server.keys`.
public struct SigningKeySettings: Sendable, Equatable {
    public var algorithm: SignatureAlgorithm = .es256
    /// How long a key signs before the next one follows it.
    public var rotation: Duration = .seconds(30 * 86_400)
    /// Files of 32 bytes in base64: the first seals, each opens. The first is made at the first start (0600) when it is not
    /// there. Empty with a store in memory.
    @Exact public var sealFiles: [String] = []
    /// For HS256, which is for tests: the text is the secret.
    public var secret: SecretKey?

    public init() {}
}

/// `authorization_server.tokens`.
public struct TokenLifetimes: Sendable, Equatable {
    /// An access token cannot be called back everywhere: a day is the most that one may count.
    public static let longestAccess: Duration = .seconds(86_400)
    /// Between two polls of a device that waits (RFC 8628, section 3.2: 5 seconds are what it assumes).
    public static let pollInterval: Duration = .seconds(5)
    /// How long a token may be about after its `exp`: the leeway of those who verify it, and their clocks.
    static let margin: Duration = .seconds(120)

    public var access: Duration = .seconds(600)
    public var identity: Duration = .seconds(600)
    /// Of a chain of refresh tokens, from its first one on.
    public var refresh: Duration = .seconds(30 * 86_400)
    /// Of a refresh token that nobody uses.
    public var refreshIdle: Duration = .seconds(14 * 86_400)
    /// For how long a refresh token, presented again, gives the same successor.
    public var refreshGrace: Duration = .seconds(10)
    public var code: Duration = .seconds(60)
    public var device: Duration = .seconds(600)

    public init() {}
}

/// `authorization_server.session`: of a browser in which somebody is signed in.
public struct SessionSettings: Sendable, Equatable {
    public var lifetime: Duration = .seconds(12 * 3600)
    public var idle: Duration = .seconds(2 * 3600)

    public init() {}
}

/// `authorization_server.lockout`.
public struct LockoutSettings: Sendable, Equatable {
    /// So many wrong secrets within `window`; the next attempt is refused for `block`.
    public var failures = 5
    public var window: Duration = .seconds(900)
    public var block: Duration = .seconds(900)

    public init() {}
}

/// One entry of `authorization_server.scopes`.
public struct ScopeSettings: Sendable, Equatable {
    @Exact public var name: String
    /// What it means, for the person who is asked.
    @Exact public var words: String

    public init(name: String, words: String) {
        self.name = name
        self.words = words
    }
}
