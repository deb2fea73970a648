public import Bytes
import OAuth

/// What is asked of requests on a route, compiled for one worker.
///
/// Routes of which the same is asked share one, so that ten thousand routes of a few kinds are judged by a few objects that stay
/// in the processor's cache.
public final class RouteRules {
    public let access: AccessRule
    /// Whose browser sessions are looked at.
    public let login: AcceptedProviders
    public let crossOrigin: CrossOrigin?
    /// Place of what its upstream is told in `RouteTable.identities`.
    public let identity: Int
    public let allowsEncodedSlash: Bool
    public let refusesOtherReadings: Bool
    /// Client networks; empty: any.
    private let networks: [Network]

    /// All of it as a value. Equal ones ask the same: every text in it is compared byte by byte.
    struct Parts: Hashable {
        let access: AccessRule
        let login: AcceptedProviders
        let crossOrigin: CrossOrigin?
        let identity: Int
        let allowsEncodedSlash: Bool
        let refusesOtherReadings: Bool
        let networks: [Network]

        init(_ settings: RouteSettings, identity: Int, issuers: [String], scopes: ScopeTable) {
            self.access = AccessRule(
                settings.access,
                parameterNames: settings.path.parameters,
                issuers: issuers,
                scopes: scopes
            )
            self.login = AcceptedProviders(settings.login, issuers: issuers)
            self.crossOrigin = settings.cors.map(CrossOrigin.init)
            self.identity = identity
            self.allowsEncodedSlash = settings.allowsEncodedSlash
            self.refusesOtherReadings = settings.refusesOtherReadings
            self.networks = settings.networks
        }
    }

    init(_ parts: Parts) {
        self.access = parts.access
        self.login = parts.login
        self.crossOrigin = parts.crossOrigin
        self.identity = parts.identity
        self.allowsEncodedSlash = parts.allowsEncodedSlash
        self.refusesOtherReadings = parts.refusesOtherReadings
        self.networks = parts.networks
    }

    /// Whether clients of this address may come at all: `networks`, judged before anything else. Nil is a client without an
    /// address, behind a Unix socket: in no network.
    public func admits(_ client: IPAddress?) -> Bool {
        guard !self.networks.isEmpty else { return true }
        guard let client else { return false }
        for network in self.networks where network.contains(client) { return true }
        return false
    }
}
