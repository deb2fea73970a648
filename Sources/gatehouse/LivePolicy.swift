import Admin
import AuthorizationServer
import Configuration
import Gateway
import Login
import Reactor
import Telemetry
import Trust

/// The policy in force: read again when somebody asks or a file of it has changed, and taken whole or not at all.
final class LivePolicy {
    private let file: String
    private let workers: Int?
    private let admin: AdminSettings?
    private let runtime: GatewayRuntime
    private let keys: IssuerKeys
    private let pages: AdminPages
    private let log: OperationalLog
    private var watch: PolicyWatch?
    /// Nil without `authorization_server`.
    var authorization: AuthorizationService?
    /// Makes what signs browsers in.
    var makeLogin: ((LoginSettings) -> LoginService)?

    /// `workers` is what the command line says; it goes before the policy.
    init(
        _ configuration: LoadedConfiguration,
        file: String,
        workers: Int?,
        runtime: GatewayRuntime,
        keys: IssuerKeys,
        pages: AdminPages,
        log: OperationalLog
    ) {
        self.file = file
        self.workers = workers
        self.admin = configuration.admin
        self.runtime = runtime
        self.keys = keys
        self.pages = pages
        self.log = log
        self.tellPages()
    }

    /// Looks after `files` from now on.
    func follow(_ files: [String], on loop: EventLoop) {
        self.watch = PolicyWatch(files: files, on: loop) { [unowned self] in self.reload() }
    }

    func stopFollowing() {
        self.watch = nil
    }

    /// Reads the policy again. What is wrong with it is said, and changes nothing.
    func reload() {
        // Taken before the reading: a change in the middle of it is then noticed by the next look.
        let before = self.watch?.look()
        let reading = PolicyReading(file: self.file)
        if let before { self.watch?.settle(on: reading.files, asOf: before) }
        do throws(ReloadRefusal) {
            let isNew = try self.adopt(reading)
            self.pages.countReload(isSuccess: true)
            guard isNew else {
                return self.log.report(.info, "unchanged", "The policy was read again and says the same.")
            }
            self.log.report(.info, "reloaded", "The policy was read again and is in force.")
        } catch {
            self.pages.countReload(isSuccess: false)
            self.log.reportEach(.error, "reload_refused", error.reasons + ["The old policy stays in force."])
        }
    }

    /// False when it means what the policy in force means.
    private func adopt(_ reading: PolicyReading) throws(ReloadRefusal) -> Bool {
        guard let configuration = reading.configuration else {
            throw ReloadRefusal(reasons: reading.problems.map(\.description))
        }
        self.log.reportEach(.warning, "policy_warning", configuration.warnings.map(\.description))
        let settings = configuration.settings.with(workers: self.workers)
        var restart = self.runtime.settings.needsRestart(for: settings)
        if configuration.admin != self.admin { restart.append("admin") }
        guard restart.isEmpty else {
            throw ReloadRefusal(reasons: restart.map { "\($0): changing this needs a restart" })
        }
        // Caches and counts of an unchanged policy stay warm.
        guard settings != self.runtime.settings else { return false }
        try self.checkNames(settings.authorizationServer, configuration.places)
        do {
            try self.runtime.adopt(settings)
        } catch {
            throw ReloadRefusal(reasons: ["\(self.file): \(error)"])
        }
        if let server = settings.authorizationServer { self.authorization?.adopt(server) }
        self.adopt(settings.login)
        self.keys.adopt(settings.issuers)
        self.tellPages()
        return true
    }

    private func adopt(_ settings: LoginSettings?) {
        guard let settings else {
            self.runtime.restingLogin = self.runtime.login ?? self.runtime.restingLogin
            return self.runtime.login = nil
        }
        let login = self.runtime.login ?? self.runtime.restingLogin
        login?.adopt(settings)
        self.runtime.restingLogin = nil
        self.runtime.login = login ?? self.makeLogin?(settings)
    }

    /// A name in the policy and in the store is refused here as it is at the start.
    private func checkNames(
        _ settings: AuthorizationServerSettings?,
        _ places: PolicyPlaces
    ) throws(ReloadRefusal) {
        guard let settings, let authorization else { return }
        do {
            try authorization.check(settings)
        } catch {
            throw ReloadRefusal(reasons: places.problems(error).map(\.description))
        }
    }

    private func tellPages() {
        let settings = self.runtime.settings
        self.pages.describeRoutes { RouteReport.table(settings).map(AdminRoute.init) }
    }
}

/// Why a policy that was read again is not taken.
private struct ReloadRefusal: Error {
    let reasons: [String]
}

extension GatewaySettings {
    /// The same with the number of workers that the command line asks for.
    func with(workers: Int?) -> GatewaySettings {
        guard let workers else { return self }
        var settings = self
        settings.server.workers = workers
        return settings
    }
}

extension AdminRoute {
    init(_ report: RouteReport) {
        self.init(name: report.name)
        self.hosts = report.hosts
        self.methods = report.methods
        self.path = report.path
        self.exposure = report.exposure.rawValue
        self.access = report.whoMayPass
        self.destination = report.destination
    }
}
