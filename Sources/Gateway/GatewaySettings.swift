public import AuthorizationServer
public import Login
public import OAuth
public import Policy
public import SharedState
public import Transport
public import Upstreams

/// All that a policy file says, checked: what the workers are made from. Values only, so that each worker makes its own objects.
public struct GatewaySettings: Sendable, Equatable {
    public var server = ServerProcessSettings()
    public var listeners: [ListenerSettings] = []
    public var issuers: [IssuerSettings] = []
    public var upstreams: [UpstreamSettings] = []
    public var routes: [RouteSettings] = []
    /// Nil: tokens are made elsewhere alone.
    public var authorizationServer: AuthorizationServerSettings?
    /// Nil: browsers are not signed in here. The names of its providers differ from those of `issuers`.
    public var login: LoginSettings?
    /// Nil: this process alone knows what it knows.
    public var state: StateSettings?

    public init() {}

    /// Whether proxies ask on some listener whether to let a request pass: then `/oauth2` is the gateway's own on each.
    public var answersForwardAuth: Bool { self.listeners.contains { $0.forwardAuth != nil } }

    /// Under which all paths are the gateway's own then.
    public static let forwardAuthPrefix = "\(ForwardAuthForm.prefix)"

    /// Those on which proxies may ask, as patterns of routes.
    public static let forwardAuthPaths = ForwardAuthForm.allCases.map { $0 == .envoy ? "\($0.path)/**" : "\($0.path)" }
}

/// `server`.
public struct ServerProcessSettings: Sendable, Equatable {
    /// Nil: one for each processor that this process may use.
    public var workers: Int?
    public var drainDelay: Duration = .seconds(5)
    public var drainTimeout: Duration = .seconds(25)
    public var limits = GatewayLimits()
    public var timeouts = GatewayTimeouts()

    public init() {}
}

public struct GatewayLimits: Sendable, Equatable {
    public var connections = 20_000
    public var headerBytes = 32 * 1024
    public var headerCount = 100
    public var targetBytes = 8 * 1024
    public var tokenBytes = 8 * 1024

    public init() {}
}

public struct GatewayTimeouts: Sendable, Equatable {
    public var header: Duration = .seconds(10)
    public var bodyIdle: Duration = .seconds(30)
    public var writeIdle: Duration = .seconds(60)
    public var keepAlive: Duration = .seconds(75)
    public var tunnelIdle: Duration = .seconds(3600)

    public init() {}
}
