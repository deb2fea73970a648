public import Cryptography
public import Endpoints

/// `login`: how browsers are signed in. Checked; values only.
public struct LoginSettings: Sendable, Equatable {
    /// Where browsers see the gateway.
    public var baseURL: BaseURL
    /// In the order of the policy, which is that of the chooser page. Never empty.
    public var providers: [ProviderSettings]
    public var session = SessionSettings()
    public var cookie = CookieSettings()
    /// Origins, besides the gateway's own, to which a browser may be sent after sign-in and sign-out.
    public var returnTo: [BaseURL] = []
    /// What stands around the pages; nil: the usual frame.
    public var template: PageTemplate?

    public init(baseURL: BaseURL, providers: [ProviderSettings]) {
        self.baseURL = baseURL
        self.providers = providers
    }
}

/// `session`.
public struct SessionSettings: Sendable, Equatable {
    /// Where sessions are kept.
    public enum Store: String, Sendable {
        /// Sealed, with the browser.
        case cookie
        /// In the shared state; the browser has a handle.
        case state
    }

    public var store = Store.cookie
    /// From sign-in to the end, whatever happens.
    public var lifetime: Duration = .seconds(8 * 3600)
    /// Without a request for so long it ends.
    public var idle: Duration = .seconds(1800)
    /// The first seals, each opens. Empty: a key of this process, and sessions end with it.
    public var keys: [SealingKey] = []

    public init() {}
}

/// `cookie`.
public struct CookieSettings: Sendable, Equatable {
    public enum SameSite: String, Sendable {
        case lax
        case strict
        case none
    }

    /// Without `__Host-`, which comes with https.
    public var name = "gatehouse"
    public var sameSite = SameSite.lax
    /// For a session that several hosts share; then without `__Host-`.
    public var domain: String?

    public init() {}
}
