import HTTP
import Policy
import Telemetry

/// What one worker counts, by the rows that a policy's names have in the metrics.
final class WorkerCounters {
    /// Raw value of the path refusal that no `PathRefusal` names: another reading of the path leads elsewhere.
    static let otherReadings: UInt8 = 255

    private let metrics = WorkerMetrics()
    private var rows = MetricRows()

    func adopt(_ rows: MetricRows) {
        self.rows = rows
    }

    func count(_ exchange: Exchange, duration: UInt64) {
        let row = self.row(of: exchange)
        self.metrics.requestEnded(
            route: row,
            status: Int(exchange.record.status),
            decision: exchange.record.decision,
            nanoseconds: duration
        )
        guard exchange.record.upstreamStatus != 0, let planned = exchange.forwarding.planned else { return }
        self.metrics.upstreamAnswered(
            upstream: planned.row,
            status: Int(exchange.record.upstreamStatus),
            nanoseconds: exchange.record.upstreamNanoseconds
        )
    }

    func countRefusal(_ exchange: Exchange, _ refusal: Refusal) {
        let row = self.row(of: exchange)
        if !refusal.code.isUpstreamFault { self.metrics.denied(route: row, code: refusal.code.rawValue) }
        if let reason = refusal.pathReason { self.metrics.pathRefused(route: row, reason: reason) }
    }

    /// `index` is the place of the pattern among the protected headers.
    func countSpoofed(_ index: Int) {
        // A request on an older policy may name a pattern that is no more.
        if index < self.rows.headers.count { self.metrics.spoofedHeader(self.rows.headers[index]) }
    }

    /// A token was looked up among those that were verified before.
    func countLookup(isHit: Bool) {
        if isHit { self.metrics.tokenCacheHit() } else { self.metrics.tokenCacheMissed() }
    }

    func snapshot(_ worker: Worker) -> MetricsSnapshot {
        var snapshot = self.metrics.snapshot()
        snapshot.clientConnections = worker.connections.count
        snapshot.upstreamConnections = worker.state.upstreams.reduce(0) { $0 + $1.connectionCount }
        return snapshot
    }

    private func row(of exchange: Exchange) -> Int {
        exchange.learned.match.map { exchange.state.row(of: $0.route) } ?? MetricLabels.noRoute
    }
}

/// Which row of the metrics each route, upstream and protected header of a policy has.
struct MetricRows: Sendable {
    var routes: [Int] = []
    var upstreams: [Int] = []
    /// By the patterns of `ProtectedHeaders`.
    var headers: [Int] = []

    init() {}

    /// Names that were seen before keep their rows.
    init(_ settings: GatewaySettings, _ labels: inout MetricLabels) {
        self.routes = settings.routes.map { labels.routes.row(of: $0.name) }
        self.upstreams = settings.upstreams.map { labels.upstreams.row(of: $0.name) }
        self.headers = ProtectedHeaders(settings.routes).patterns.map { labels.headers.row(of: $0) }
    }
}

/// The names behind the raw values that workers count by.
enum RefusalNames {
    static let all = RefusalCode.allCases.map { "\($0.name)" }
    /// Up to the last raw value, because rows are looked up by it.
    static let pathReasons = (0...UInt8.max).map { raw in
        raw == WorkerCounters.otherReadings ? "other_readings" : PathRefusal(rawValue: raw).map { "\($0.name)" } ?? ""
    }
}
