/// What became of a request, as `decision` says it.
public enum RecordedDecision: UInt8, CaseIterable, Sendable {
    case allow, deny, shadow

    /// The word in the access log and in `requests_total`.
    public var name: StaticString {
        switch self {
        case .allow: "allow"
        case .deny: "deny"
        case .shadow: "shadow"
        }
    }
}

/// Which side of the gateway a connection is on.
public enum ConnectionSide: Int, CaseIterable, Sendable {
    case client, upstream
}

/// The counters of one worker: plain integers, no atomics. Must be used on the worker's loop; others get a snapshot.
///
/// Rows are positions in `MetricLabels`. Exclusivity is not checked at run time: no method calls out.
public final class WorkerMetrics {
    @exclusivity(unchecked) @usableFromInline var requests = CounterTable()
    @exclusivity(unchecked) @usableFromInline var requestDuration = Histogram()
    @exclusivity(unchecked) @usableFromInline var denials = CounterTable()
    @exclusivity(unchecked) @usableFromInline var shadowDenials = CounterTable()
    @exclusivity(unchecked) @usableFromInline var pathRefusals = CounterTable()
    @exclusivity(unchecked) @usableFromInline var upstreamRequests = CounterTable()
    @exclusivity(unchecked) @usableFromInline var upstreamDuration = Histogram()
    @exclusivity(unchecked) @usableFromInline var spoofedHeaders = CounterTable()
    @exclusivity(unchecked) @usableFromInline var clientConnections = 0
    @exclusivity(unchecked) @usableFromInline var upstreamConnections = 0
    @exclusivity(unchecked) @usableFromInline var tokenCacheHits: UInt64 = 0
    @exclusivity(unchecked) @usableFromInline var tokenCacheMisses: UInt64 = 0

    public init() {}

    /// An answer has ended. `route` is `MetricLabels.noRoute` when none matched.
    @inlinable
    public func requestEnded(route: Int, status: Int, decision: RecordedDecision, nanoseconds: UInt64) {
        let key = UInt32(truncatingIfNeeded: status) << 8 | UInt32(decision.rawValue)
        self.requests.increment(row: route, key: key)
        self.requestDuration.observe(nanoseconds: nanoseconds)
    }

    /// `code` is the position in `MetricLabels.codes`, and so are the ones below.
    @inlinable
    public func denied(route: Int, code: UInt8) {
        self.denials.increment(row: route, key: UInt32(code))
    }

    /// A route in shadow mode let a request pass that it would have denied.
    @inlinable
    public func shadowDenied(route: Int, code: UInt8) {
        self.shadowDenials.increment(row: route, key: UInt32(code))
    }

    /// `reason` is the position in `MetricLabels.pathReasons`.
    @inlinable
    public func pathRefused(route: Int, reason: UInt8) {
        self.pathRefusals.increment(row: route, key: UInt32(reason))
    }

    /// The head of an upstream's answer has come, `nanoseconds` after the request went out.
    @inlinable
    public func upstreamAnswered(upstream: Int, status: Int, nanoseconds: UInt64) {
        self.upstreamRequests.increment(row: upstream, key: UInt32(truncatingIfNeeded: status))
        self.upstreamDuration.observe(nanoseconds: nanoseconds)
    }

    /// A client sent a header that only the gateway may set; `header` is its position in `MetricLabels.headers`.
    @inlinable
    public func spoofedHeader(_ header: Int) {
        self.spoofedHeaders.increment(row: header, key: 0)
    }

    @inlinable
    public func connectionOpened(_ side: ConnectionSide) {
        switch side {
        case .client: self.clientConnections &+= 1
        case .upstream: self.upstreamConnections &+= 1
        }
    }

    @inlinable
    public func connectionClosed(_ side: ConnectionSide) {
        switch side {
        case .client: self.clientConnections &-= 1
        case .upstream: self.upstreamConnections &-= 1
        }
    }

    @inlinable public func tokenCacheHit() { self.tokenCacheHits &+= 1 }
    @inlinable public func tokenCacheMissed() { self.tokenCacheMisses &+= 1 }

    /// A copy that may leave the loop.
    public func snapshot() -> MetricsSnapshot {
        var snapshot = MetricsSnapshot()
        snapshot.requests = self.requests.counters()
        snapshot.requestDuration = self.requestDuration
        snapshot.denials = self.denials.counters()
        snapshot.shadowDenials = self.shadowDenials.counters()
        snapshot.pathRefusals = self.pathRefusals.counters()
        snapshot.upstreamRequests = self.upstreamRequests.counters()
        snapshot.upstreamDuration = self.upstreamDuration
        snapshot.spoofedHeaders = self.spoofedHeaders.counters()
        snapshot.clientConnections = self.clientConnections
        snapshot.upstreamConnections = self.upstreamConnections
        snapshot.tokenCacheHits = self.tokenCacheHits
        snapshot.tokenCacheMisses = self.tokenCacheMisses
        return snapshot
    }
}
