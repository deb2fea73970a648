/// A copy of one worker's counters, or the sum of several. Made on the loop, added up and rendered elsewhere.
public struct MetricsSnapshot: Sendable {
    /// Keys are the status times 256 plus the decision.
    public var requests = Counters()
    public var requestDuration = Histogram()
    public var denials = Counters()
    public var shadowDenials = Counters()
    public var pathRefusals = Counters()
    public var upstreamRequests = Counters()
    public var upstreamDuration = Histogram()
    public var spoofedHeaders = Counters()
    public var clientConnections = 0
    public var upstreamConnections = 0
    public var tokenCacheHits: UInt64 = 0
    public var tokenCacheMisses: UInt64 = 0

    public init() {}

    public mutating func merge(_ other: MetricsSnapshot) {
        self.requests.merge(other.requests)
        self.requestDuration.merge(other.requestDuration)
        self.denials.merge(other.denials)
        self.shadowDenials.merge(other.shadowDenials)
        self.pathRefusals.merge(other.pathRefusals)
        self.upstreamRequests.merge(other.upstreamRequests)
        self.upstreamDuration.merge(other.upstreamDuration)
        self.spoofedHeaders.merge(other.spoofedHeaders)
        self.clientConnections += other.clientConnections
        self.upstreamConnections += other.upstreamConnections
        self.tokenCacheHits &+= other.tokenCacheHits
        self.tokenCacheMisses &+= other.tokenCacheMisses
    }
}

/// What the process knows and no single worker counts; filled in when `/metrics` is asked for.
public struct ProcessMetrics: Sendable {
    public struct ServerHealth: Sendable {
        public var upstream: String
        public var server: String
        public var isHealthy: Bool

        public init(upstream: String, server: String, isHealthy: Bool) {
            self.upstream = upstream
            self.server = server
            self.isHealthy = isHealthy
        }
    }

    public struct KeyFetchFailures: Sendable {
        public var issuer: String
        /// A word of a fixed list: dns, tcp, tls, http, json and the like.
        public var reason: String
        public var count: UInt64

        public init(issuer: String, reason: String, count: UInt64) {
            self.issuer = issuer
            self.reason = reason
            self.count = count
        }
    }

    public var servers: [ServerHealth] = []
    public var keySetAges: [(issuer: String, seconds: Double)] = []
    public var keyFetchFailures: [KeyFetchFailures] = []
    public var successfulReloads: UInt64 = 0
    public var failedReloads: UInt64 = 0
    public var droppedLogLines: UInt64 = 0
    public var droppedAuditLines: UInt64 = 0
    public var version: String

    public init(version: String) { self.version = version }
}
