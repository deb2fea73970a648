import AuthorizationServer
package import Gateway
import Login
import Policy

/// One route as `gatehouse check` and `gatehouse routes` show it.
package struct RouteReport: Sendable, Equatable {
    /// Whom the gateway asks for a token.
    package enum Exposure: String, Sendable {
        /// Nobody passes without a valid token.
        case protected
        /// Requests without a token pass.
        case `public`
        /// No request chooses this route.
        case unreachable
        /// The gateway answers itself, by rules of its own.
        case builtIn = "built_in"
    }

    package var name: String
    /// Empty: any host.
    package var hosts: [String]
    /// Empty: any method.
    package var methods: [String]
    package var path: String
    package var exposure: Exposure
    /// In words: "scope items:read", "anyone", "issuer corp and scopes a b, or claim tenant = {tenant}".
    package var whoMayPass: String
    /// In words: "upstream orders", "respond 200", "redirect 308 https://…", "forward_auth alone".
    package var destination: String
    /// Whether it has no destination: it only answers proxies that ask about its requests.
    package var onlyAnswersForwardAuth = false
}

extension RouteReport {
    /// All routes in the order in which they are tried: the host, then the path from left to right, then the method.
    package static func report(_ settings: GatewaySettings) -> [RouteReport] {
        let unreachable = Set(RouteTable.unreachable(in: settings.routes))
        let ranked = settings.routes.enumerated().map {
            (rank: MatchingRank($0.element, index: $0.offset), index: $0.offset)
        }
        return ranked.sorted { $0.rank < $1.rank }.map { entry in
            RouteReport(settings.routes[entry.index], isUnreachable: unreachable.contains(entry.index))
        }
    }

    /// What comes before all routes, and then the routes.
    package static func table(_ settings: GatewaySettings) -> [RouteReport] {
        self.builtIn(settings) + self.report(settings)
    }

    private static func builtIn(_ settings: GatewaySettings) -> [RouteReport] {
        let issuer = settings.authorizationServer?.issuer
        let server = issuer.map { issuer in
            issuer.builtInPaths.map { RouteReport(builtIn: $0 + "/**", of: issuer) }
        }
        let listeners = settings.listeners.filter { $0.forwardAuth != nil }.map(\.name)
        let login = settings.login.map { [RouteReport(builtInOf: $0)] } ?? []
        guard !listeners.isEmpty else { return (server ?? []) + login }
        return (server ?? []) + login
            + GatewaySettings.forwardAuthPaths.map { RouteReport(forwardAuth: $0, on: listeners) }
    }

    private init(forwardAuth path: String, on listeners: [String]) {
        self.name = "forward_auth \(path)"
        self.hosts = []
        self.methods = []
        self.path = path
        self.exposure = .builtIn
        self.whoMayPass = "trusted_proxies of \(listeners.joined(separator: " and "))"
        self.destination = "forward_auth"
    }

    private init(builtIn path: String, of issuer: IssuerAddress) {
        self.name = "authorization_server \(path)"
        self.hosts = issuer.isLoopback ? [] : [issuer.host]
        self.methods = []
        self.path = path
        self.exposure = .builtIn
        self.whoMayPass = "by OAuth's own rules"
        self.destination = "authorization_server"
    }

    private init(builtInOf login: LoginSettings) {
        self.path = LoginSettings.builtInPath + "/**"
        self.name = "login \(self.path)"
        self.hosts = login.baseURL.isLoopback ? [] : [login.baseURL.host]
        self.methods = []
        self.exposure = .builtIn
        self.whoMayPass = "anyone, to sign in and out"
        self.destination = "login"
    }

    init(_ route: RouteSettings, isUnreachable: Bool) {
        self.name = route.name
        self.hosts = route.hosts
        self.methods = route.methods
        self.path = route.path.text
        self.whoMayPass = route.whoMayPass
        self.destination = route.destination.summary
        self.onlyAnswersForwardAuth = route.destination == .nowhere
        self.exposure = isUnreachable ? .unreachable : route.access.isPublic ? .public : .protected
    }
}

extension AccessSettings {
    /// Whether a request without a token passes.
    fileprivate var isPublic: Bool {
        switch self {
        case .public, .optional: true
        case .authenticated, .anyOf: false
        }
    }
}

extension DestinationSettings {
    fileprivate var summary: String {
        switch self {
        case .upstream(let name): "upstream \(name)"
        case .respond(let status, _, _): "respond \(status)"
        case .redirect(let target, let status): "redirect \(status) \(target)"
        case .nowhere: "forward_auth alone"
        }
    }
}
