import Bytes
public import Gateway
import Reactor
import Telemetry
public import Trust

/// What the admin pages tell, gathered from the process and its workers. Must be used on the control loop.
public final class AdminPages {
    let runtime: GatewayRuntime
    private let keys: IssuerKeys
    private let version: String
    private let startedAt = MonotonicClock.nanoseconds
    /// Policies that were taken and refused since the start.
    public private(set) var successfulReloads: UInt64 = 0
    public private(set) var failedReloads: UInt64 = 0

    public init(runtime: GatewayRuntime, keys: IssuerKeys, version: String) {
        self.runtime = runtime
        self.keys = keys
        self.version = version
    }

    /// A reload has ended.
    public func countReload(isSuccess: Bool) {
        if isSuccess { self.successfulReloads += 1 } else { self.failedReloads += 1 }
    }

    /// Calls back with the answer for `path`, at once or when the workers have answered.
    func answer(_ path: String, _ offer: AdminOffer, _ completion: @escaping (AdminAnswer) -> Void) {
        switch path {
        case "/healthz": completion(AdminAnswer(json: Self.alive))
        case "/readyz": completion(self.readiness.answer)
        case "/metrics": self.metrics(completion)
        default: completion(AdminAnswer(status: 404, says: "There is no such page."))
        }
    }

    private static var alive: ByteBuffer {
        var text = ByteBuffer()
        text.append("{\"status\":\"alive\"}\n")
        return text
    }

    var readiness: ReadinessReport {
        let issuers = self.keys.statuses()
        let waits = MonotonicClock.nanoseconds - self.startedAt < Self.firstFetchNanoseconds
        return ReadinessReport(
            isDraining: self.runtime.isDraining,
            waitingIssuers: waits ? issuers.filter { !$0.hasEndedFirstFetch }.map(\.issuer) : [],
            degradedIssuers: issuers.filter { !$0.hasSet }.map(\.issuer))
    }

    /// For so long readiness waits for the first fetch of each issuer's keys: the contract's 10 s.
    private static let firstFetchNanoseconds: UInt64 = 10_000_000_000

    private func metrics(_ completion: @escaping (AdminAnswer) -> Void) {
        self.runtime.collectMetrics { [self] snapshot in
            var process = ProcessMetrics(version: self.version)
            process.successfulReloads = self.successfulReloads
            process.failedReloads = self.failedReloads
            process.add(self.keys.statuses())
            process.droppedLogLines = self.runtime.log.droppedLines
            let page = MetricsPage(snapshot, process: process, labels: self.runtime.labels).render()
            completion(
                AdminAnswer(status: 200, contentType: "\(PrometheusText.contentType)", body: page.span.array))
        }
    }
}
