import Admin
import AuthorizationServer
import Configuration
import Gateway
import Glibc
import Login
import Reactor
import SharedState
import Telemetry
import Transport
import Trust
import Upstreams

/// The serving process: the control loop on the main thread, signals, reloads, the drain.
final class Server {
    private let file: String
    private let files: [String]
    private let loop = EventLoop()
    private let accessLog = LogWriter(fileDescriptor: 1)
    private let log = OperationalLog()
    private let runtime: GatewayRuntime
    private let keys: IssuerKeys
    private let pages: AdminPages
    private let policy: LivePolicy
    private let adminSettings: AdminSettings?
    private var admin: AdminServer?
    private var authorization: AuthorizationService?
    private var authorizationTimer: LoopTimer?
    private var state: (any StateStore)?
    private var revocations: RevocationExchange?
    private var signals: [SignalWatch] = []
    private var exitCode: Int32 = 0

    init(file: String, configuration: LoadedConfiguration, workers: Int?) {
        self.file = file
        self.files = configuration.files
        self.adminSettings = configuration.admin
        self.runtime = GatewayRuntime(
            settings: configuration.settings.with(workers: workers),
            control: self.loop,
            accessLog: self.accessLog,
            log: self.log
        )
        self.keys = IssuerKeys(loop: self.loop, log: self.log)
        self.pages = AdminPages(runtime: self.runtime, keys: self.keys, version: Version.text)
        self.policy = LivePolicy(
            configuration,
            file: file,
            workers: workers,
            runtime: self.runtime,
            keys: self.keys,
            pages: self.pages,
            log: self.log
        )
    }

    // A start that failed leaves it open.
    deinit { self.state?.close() }

    /// Opens all listeners, the admin ones first: nobody is served by a gateway that then fails to start.
    func start() throws {
        signal(SIGPIPE, SIG_IGN)
        DescriptorLimit.raise()
        if let settings = self.adminSettings {
            self.admin = try AdminServer(settings, on: self.loop, pages: self.pages)
        }
        if let settings = self.runtime.settings.authorizationServer { try self.startAuthorization(settings) }
        let state = try self.runtime.sharedState(TransportContext(loop: self.loop))
        self.state = state
        self.exchangeRevocations(by: state)
        self.policy.makeLogin = { [unowned self] in self.makeLogin($0, state) }
        self.runtime.login = self.runtime.settings.login.map { self.makeLogin($0, state) }
        self.pages.isStateMissing = { [unowned self] in
            let isMissingForLogin = self.runtime.login.map { !$0.isFresh } ?? !state.isReady
            let areRevocationsUnknown = self.runtime.revocations.map { !$0.isFresh } ?? false
            return isMissingForLogin || areRevocationsUnknown
        }
        try self.runtime.start(asking: self.keys.asking, server: self.authorization)
        self.keys.tell = { [unowned self] in self.runtime.keysArrived($0) }
        self.keys.answer = { [unowned self] in self.runtime.keysAnswered($0, quietFor: $1) }
        self.keys.adopt(self.runtime.settings.issuers)
        self.sayStarted()
    }

    private func startAuthorization(_ settings: AuthorizationServerSettings) throws {
        let control = self.loop.remote
        // nonisolated: only posted work touches it, and that runs on the control loop.
        nonisolated(unsafe) let server = self
        let authorization = try AuthorizationService(
            settings,
            log: self.log,
            audit: self.accessLog
        ) { snapshot in
            control.post { server.adopt(snapshot) }
        }
        self.authorization = authorization
        self.policy.authorization = authorization
        self.pages.storeFailure = { authorization.storeFailure }
        self.authorizationTimer = LoopTimer(
            on: self.loop,
            after: AuthorizationService.tickInterval,
            repeats: true
        ) { authorization.tick() }
    }

    /// With the other gateways of the shared state, if there is one.
    private func exchangeRevocations(by state: any StateStore) {
        guard let revocations = self.runtime.revocations else { return }
        self.revocations = RevocationExchange(revocations, state: state, on: self.loop, log: self.log) {
            [unowned self] in self.runtime.tell($0)
        }
    }

    private func makeLogin(_ settings: LoginSettings, _ state: any StateStore) -> LoginService {
        let (client, loop) = (ControlClient(loop: self.loop), self.loop)
        return LoginService(
            settings,
            sessionKey: self.runtime.sessionKey,
            state: state,
            revocations: self.runtime.revocations,
            on: self.loop,
            log: self.log,
            // A private key that cannot be used was refused when the policy was checked.
            providers: { [unowned self] settings in
                settings.providers.compactMap { provider in
                    try? provider.provider(
                        baseURL: settings.baseURL,
                        client: client,
                        server: self.authorization,
                        log: self.log,
                        loop: loop
                    )
                }
            },
            tell: { [unowned self] in self.runtime.tell($0) }
        )
    }

    private func adopt(_ snapshot: AuthorizationSnapshot) {
        self.runtime.adopt(snapshot)
        self.revocations?.adopt(snapshot)
        self.keys.embeddedKeysArrived(snapshot.keys.published)
    }

    private func sayStarted() {
        let addresses = self.runtime.settings.listeners.map { "\($0.name) \($0.address)" }
        self.log.report(
            .info,
            "started",
            "The gateway serves.",
            [
                LogField("listeners", .text(addresses.joined(separator: ", "))),
                LogField("admin", .text(self.adminSettings.map { "\($0.address)" } ?? "off")),
                LogField("policy", .text(self.file)),
            ]
        )
    }

    /// Serves until it is told to end. Returns the exit code: 0 for a clean drain, 1 for one cut short.
    func run() -> Int32 {
        self.signals = [
            SignalWatch(SIGTERM, on: self.loop) { [unowned self] in self.endingAsked() },
            SignalWatch(SIGINT, on: self.loop) { [unowned self] in self.endingAsked() },
            SignalWatch(SIGHUP, on: self.loop) { [unowned self] in self.policy.reload() },
        ]
        self.policy.follow(self.files, on: self.loop)
        StartPages.giveBack()
        self.loop.run()
        self.signals = []
        self.policy.stopFollowing()
        self.admin?.stop()
        self.keys.stop()
        self.state?.close()
        self.runtime.stop()
        self.authorizationTimer = nil
        self.authorization?.stop()
        _ = self.accessLog.stop(within: .seconds(2))
        _ = self.log.stop(within: .seconds(1))
        return self.exitCode
    }

    private func endingAsked() {
        guard !self.runtime.isDraining else {
            self.log.report(.warning, "cut_short", "A second signal ends the gateway at once.")
            return self.end(1)
        }
        let server = self.runtime.settings.server
        self.log.report(
            .info,
            "draining",
            "The gateway drains, for \(server.longestDrain.policyText) at most. A second signal ends it at once."
        )
        self.runtime.drain { [unowned self] isClean in self.end(isClean ? 0 : 1) }
    }

    private func end(_ code: Int32) {
        self.exitCode = code
        self.loop.stop()
    }
}

extension ServerProcessSettings {
    /// From the signal to the end of the last request.
    fileprivate var longestDrain: Duration { self.drainDelay + self.drainTimeout }
}

/// Each connection needs a descriptor, and the usual soft limit is 1 024.
enum DescriptorLimit {
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
