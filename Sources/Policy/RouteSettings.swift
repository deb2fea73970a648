public import Bytes

/// One entry of `routes`, after `defaults` and the default `identity` were laid under it.
public struct RouteSettings: Sendable, Equatable {
    public var name: String
    /// Host patterns as written, lower case; empty: any host.
    public var hosts: [String] = []
    public var path: PathPattern
    /// Empty: any method. GET brings HEAD.
    public var methods: [String] = []
    /// Client networks; empty: any. Judged first.
    public var networks: [Network] = []
    public var access: AccessSettings
    /// Never together with `public` access.
    public var login = LoginChoice.none
    public var destination: DestinationSettings
    /// Whole segments that the upstream does not see, such as `/tenants`.
    public var stripPrefix: String?
    public var requestHeaders: [HeaderSettings] = []
    public var responseHeaders: [HeaderSettings] = []
    /// From the decision to the end of the answer; not for tunnels.
    public var timeout: Duration?
    public var maximumBody: UInt64?
    /// Protocols that an `Upgrade` may ask for, lower case.
    public var upgrades = ["websocket"]
    public var cors: CORSSettings?
    public var allowsEncodedSlash = false
    public var refusesOtherReadings = true
    public var identity = IdentitySettings()

    public init(name: String, path: PathPattern, access: AccessSettings, destination: DestinationSettings) {
        self.name = name
        self.path = path
        self.access = access
        self.destination = destination
    }
}

public enum DestinationSettings: Sendable, Equatable {
    /// The name of an entry of `upstreams`.
    case upstream(String)
    case respond(status: Int, headers: [HeaderSettings], body: String)
    /// `to` may contain `{host}`, `{path}` and `{query}`.
    case redirect(to: String, status: Int)
    /// The route only answers proxies that ask about its requests; one that comes here itself is not found.
    case nowhere
}

/// A header that the policy sets.
public struct HeaderSettings: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// `cors`, by the Fetch standard.
public struct CORSSettings: Sendable, Equatable {
    /// Exact origins, or `*` (never with credentials).
    public var origins: [String]
    /// Empty: the methods of the routes with this pattern.
    public var methods: [String] = []
    /// Request headers that a page may send; empty: those that the preflight asks for.
    public var headers: [String] = []
    /// Answer headers that a page may read.
    public var exposed: [String] = []
    public var credentials = false
    public var maximumAge: Duration?

    public init(origins: [String]) { self.origins = origins }
}
