public import Bytes

/// The page at `/metrics`: every family of the reference, from the sum of all workers.
public struct MetricsPage: Sendable {
    private let metrics: MetricsSnapshot
    private let process: ProcessMetrics
    private let labels: MetricLabels

    public init(_ metrics: MetricsSnapshot, process: ProcessMetrics, labels: MetricLabels) {
        self.metrics = metrics
        self.process = process
        self.labels = labels
    }

    public func render() -> ByteBuffer {
        var text = PrometheusText()
        self.renderRequests(into: &text)
        self.renderDenials(into: &text)
        self.renderUpstreams(into: &text)
        self.renderTokensAndKeys(into: &text)
        self.renderProcess(into: &text)
        return text.finish()
    }
}

// MARK: - Families

extension MetricsPage {
    private func renderRequests(into text: inout PrometheusText) {
        text.begin("requests_total", .counter, help: "Requests answered, by route, status and decision.")
        for (label, count) in self.metrics.requests.sorted {
            let decision = RecordedDecision(rawValue: UInt8(truncatingIfNeeded: label.key))
            let labels = [
                ("route", self.labels.routes.name(of: label.row)), ("status", "\(label.key >> 8)"),
                ("decision", "\(decision?.name ?? "unknown")"),
            ]
            text.sample(labels, count)
        }
        text.begin(
            "request_duration_seconds",
            .histogram,
            help: "Time from a request's first byte to its answer's end."
        )
        text.sample(self.metrics.requestDuration)
        text.begin("connections", .gauge, help: "Open connections, by side.")
        text.sample([("side", "client")], signed: self.metrics.clientConnections)
        text.sample([("side", "upstream")], signed: self.metrics.upstreamConnections)
    }

    private func renderDenials(into text: inout PrometheusText) {
        text.begin("denials_total", .counter, help: "Requests refused, by route and code.")
        self.render(self.metrics.denials, "code", self.labels.codes, into: &text)
        text.begin(
            "shadow_denials_total",
            .counter,
            help: "Requests that a route in shadow mode let pass and would have refused."
        )
        self.render(self.metrics.shadowDenials, "code", self.labels.codes, into: &text)
        text.begin("path_refusals_total", .counter, help: "Paths refused, by route and reason.")
        self.render(self.metrics.pathRefusals, "reason", self.labels.pathReasons, into: &text)
        text.begin(
            "spoofed_headers_total",
            .counter,
            help: "Headers removed because only the gateway may set them."
        )
        for (label, count) in self.metrics.spoofedHeaders.sorted {
            text.sample([("header", self.labels.headers.name(of: label.row))], count)
        }
    }

    private func render(_ counters: Counters, _ name: String, _ values: [String], into text: inout PrometheusText) {
        for (label, count) in counters.sorted {
            let value = values.indices.contains(Int(label.key)) ? values[Int(label.key)] : "unknown"
            text.sample([("route", self.labels.routes.name(of: label.row)), (name, value)], count)
        }
    }

    private func renderUpstreams(into text: inout PrometheusText) {
        text.begin("upstream_requests_total", .counter, help: "Answers of upstreams, by upstream and status.")
        for (label, count) in self.metrics.upstreamRequests.sorted {
            let upstream = self.labels.upstreams.name(of: label.row)
            text.sample([("upstream", upstream), ("status", "\(label.key)")], count)
        }
        text.begin("upstream_duration_seconds", .histogram, help: "Time that upstreams took to answer.")
        text.sample(self.metrics.upstreamDuration)
        text.begin("upstream_healthy", .gauge, help: "Whether a server takes requests: 1 or 0.")
        for server in self.process.servers {
            text.sample([("upstream", server.upstream), ("server", server.server)], server.isHealthy ? 1 : 0)
        }
    }

    private func renderTokensAndKeys(into text: inout PrometheusText) {
        text.begin("token_cache_hits_total", .counter, help: "Tokens whose verification was remembered.")
        text.sample([], self.metrics.tokenCacheHits)
        text.begin("token_cache_misses_total", .counter, help: "Tokens that had to be verified.")
        text.sample([], self.metrics.tokenCacheMisses)
        text.begin("key_set_age_seconds", .gauge, help: "Time since the keys of an issuer were fetched.")
        for (issuer, seconds) in self.process.keySetAges { text.sample([("issuer", issuer)], decimal: seconds) }
        text.begin("key_fetch_failures_total", .counter, help: "Failed fetches of keys, by issuer and reason.")
        for failures in self.process.keyFetchFailures {
            text.sample([("issuer", failures.issuer), ("reason", failures.reason)], failures.count)
        }
    }

    private func renderProcess(into text: inout PrometheusText) {
        text.begin("config_reloads_total", .counter, help: "Reloads of the policy, by result.")
        text.sample([("result", "success")], self.process.successfulReloads)
        text.sample([("result", "failure")], self.process.failedReloads)
        text.begin("log_dropped_total", .counter, help: "Log lines dropped because their reader stalled.")
        text.sample([], self.process.droppedLogLines)
        text.begin("audit_dropped_total", .counter, help: "Audit lines among the log lines dropped.")
        text.sample([], self.process.droppedAuditLines)
        text.begin("build_info", .gauge, help: "The version that runs, always 1.")
        text.sample([("version", self.process.version)], 1)
    }
}
