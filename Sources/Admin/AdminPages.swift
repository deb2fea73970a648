public import Gateway
import JOSE
import Reactor
public import Trust

/// What the admin pages tell, gathered from the process and its workers. Must be used on the control loop.
public final class AdminPages {
    let runtime: GatewayRuntime
    let keys: IssuerKeys
    let version: String
    private let startedAt = MonotonicClock.nanoseconds
    /// Why the authorization server's store cannot be written; nil when it can, and without such a server.
    public var storeFailure: () -> String? = { nil }
    /// Whether there is a shared state that cannot be reached.
    public var isStateMissing: () -> Bool = { false }
    private var makeRoutes: () -> [AdminRoute] = { [] }
    private var madeRoutes: [AdminRoute]?
    private(set) var successfulReloads: UInt64 = 0
    private(set) var failedReloads: UInt64 = 0

    public init(runtime: GatewayRuntime, keys: IssuerKeys, version: String) {
        self.runtime = runtime
        self.keys = keys
        self.version = version
    }

    /// A reload has ended.
    public func countReload(isSuccess: Bool) {
        if isSuccess { self.successfulReloads += 1 } else { self.failedReloads += 1 }
    }

    /// `describe` puts the routes of the policy in force into words, in matching order. Called when somebody asks.
    public func describeRoutes(_ describe: @escaping () -> [AdminRoute]) {
        self.makeRoutes = describe
        self.madeRoutes = nil
    }

    var routes: [AdminRoute] {
        let routes = self.madeRoutes ?? self.makeRoutes()
        self.madeRoutes = routes
        return routes
    }

    var readiness: ReadinessReport {
        let age = Duration.nanoseconds(Int64(MonotonicClock.nanoseconds - self.startedAt))
        return ReadinessReport(
            isDraining: self.runtime.isDraining,
            issuers: self.keys.statuses(),
            storeFailure: self.storeFailure(),
            isStateMissing: self.isStateMissing(),
            runningFor: age
        )
    }

    /// Calls back with the answer for `path`, at once or when the workers have answered.
    func answer(_ path: String, _ offer: AdminOffer, _ completion: @escaping (AdminAnswer) -> Void) {
        switch path {
        case "/healthz": return completion(AdminAnswer(["status": "alive"]))
        case "/readyz": return completion(self.readiness.answer)
        case "/metrics": return self.metrics(completion)
        default: break
        }
        guard offer == .everything else { return completion(.notFound) }
        switch path {
        case "/": completion(Dashboard.answer)
        case "/api/routes": self.routes(completion)
        case "/api/issuers": self.issuers(completion)
        case "/api/upstreams": self.upstreams(completion)
        case "/api/decisions": self.decisions(completion)
        default: completion(.notFound)
        }
    }
}

extension AdminAnswer {
    static let notFound = AdminAnswer(status: 404, says: "There is no such page.")
}
