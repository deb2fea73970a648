import Bytes
import HTTP
import Policy
import Telemetry

/// What one worker counts. Plain integers: only its own loop touches them, and copies them for `/metrics`.
final class WorkerCounters {
    /// Raw value of the path refusal that no `PathRefusal` names: another reading of the path leads elsewhere.
    static let otherReadings: UInt8 = 255

    private var requests = CounterTable()
    private var denials = CounterTable()
    private var pathRefusals = CounterTable()
    private var upstreamRequests = CounterTable()
    private var spoofed = CounterTable()
    private var requestDuration = Histogram()
    private var upstreamDuration = Histogram()
    /// Rows of the metrics by the index of route and upstream: names keep their rows across reloads.
    private var routeRows: [Int] = []
    private var upstreamRows: [Int] = []
    private var headerRows: [Int] = []

    func adopt(_ rows: MetricRows) {
        self.routeRows = rows.routes
        self.upstreamRows = rows.upstreams
        self.headerRows = rows.headers
    }

    func count(_ exchange: Exchange, duration: UInt64) {
        let row = exchange.match.map { self.routeRows[$0.route] } ?? MetricLabels.noRoute
        self.requests.increment(row: row, key: UInt32(exchange.status) * 256 + UInt32(exchange.decision.rawValue))
        self.requestDuration.observe(nanoseconds: duration)
        guard exchange.upstreamStartedAt != 0 else { return }
        let upstream = self.upstreamRows[exchange.plan.upstreamRow]
        self.upstreamRequests.increment(row: upstream, key: UInt32(exchange.upstreamStatus))
        self.upstreamDuration.observe(nanoseconds: duration)
    }

    func countRefusal(_ exchange: Exchange, _ refusal: Refusal) {
        let row = exchange.match.map { self.routeRows[$0.route] } ?? MetricLabels.noRoute
        if !refusal.code.isUpstreamFault { self.denials.increment(row: row, key: UInt32(refusal.code.rawValue)) }
        if let reason = refusal.pathReason { self.pathRefusals.increment(row: row, key: UInt32(reason)) }
    }

    /// `index` is the place of the pattern among the protected headers.
    func countSpoofed(_ index: Int) {
        self.spoofed.increment(row: self.headerRows[index], key: 0)
    }

    func snapshot(_ worker: Worker) -> MetricsSnapshot {
        var snapshot = MetricsSnapshot()
        snapshot.requests = self.requests.counters()
        snapshot.denials = self.denials.counters()
        snapshot.pathRefusals = self.pathRefusals.counters()
        snapshot.upstreamRequests = self.upstreamRequests.counters()
        snapshot.spoofedHeaders = self.spoofed.counters()
        snapshot.requestDuration = self.requestDuration
        snapshot.upstreamDuration = self.upstreamDuration
        snapshot.clientConnections = worker.connectionCount
        snapshot.upstreamConnections = worker.state.upstreams.reduce(0) { $0 + $1.connectionCount }
        snapshot.tokenCacheHits = worker.tokenCacheHits
        snapshot.tokenCacheMisses = worker.tokenCacheMisses
        return snapshot
    }
}

/// Which row of the metrics each route, upstream and protected header of a policy has.
struct MetricRows: Sendable {
    var routes: [Int] = []
    var upstreams: [Int] = []
    /// By the patterns of `ProtectedHeaders`.
    var headers: [Int] = []
}

extension MetricRows {
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
