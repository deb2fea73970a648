import Bytes
import Telemetry
import Testing

/// The samples of a histogram's buckets without the last, cumulative, as its page shows them.
func buckets(_ histogram: Histogram) -> [UInt64] {
    var page = PrometheusText(prefix: "")
    page.begin("h", .histogram, help: "h")
    page.sample(histogram)
    let lines = page.finish().span.string.split(separator: "\n")
    return lines.filter { $0.hasPrefix("h_bucket") }.map { UInt64($0.split(separator: " ").last!)! }
}

@Suite("Metrics page")
struct MetricsPageTests {
    private func page() -> String {
        var labels = MetricLabels(codes: ["token_missing", "scope_insufficient"], pathReasons: ["encoded_slash"])
        let route = labels.routes.row(of: "GET /a\"b\\c\nd")
        let upstream = labels.upstreams.row(of: "orders")
        let header = labels.headers.row(of: "x-auth-subject")
        let worker = WorkerMetrics()
        worker.requestEnded(route: route, status: 200, decision: .allow, nanoseconds: 400_000)
        worker.requestEnded(route: route, status: 200, decision: .allow, nanoseconds: 30_000_000)
        worker.requestEnded(route: MetricLabels.noRoute, status: 404, decision: .deny, nanoseconds: 20_000_000_000)
        worker.denied(route: route, code: 1)
        worker.shadowDenied(route: route, code: 0)
        worker.pathRefused(route: MetricLabels.noRoute, reason: 0)
        worker.upstreamAnswered(upstream: upstream, status: 200, nanoseconds: 300_000)
        worker.spoofedHeader(header)
        worker.connectionOpened(.upstream)
        var process = ProcessMetrics(version: "1.2.3")
        process.servers = [.init(upstream: "orders", server: "127.0.0.1:9000", isHealthy: true)]
        process.keySetAges = [("corp", 12.5)]
        process.keyFetchFailures = [.init(issuer: "corp", reason: "dns", count: 2)]
        process.droppedLogLines = 7
        process.droppedAuditLines = 2
        return MetricsPage(worker.snapshot(), process: process, labels: labels).render().span.string
    }

    @Test(
        "shows each family of the reference",
        arguments: [
            #"gatehouse_requests_total{route="GET /a\"b\\c\nd",status="200",decision="allow"} 2"#,
            #"gatehouse_requests_total{route="",status="404",decision="deny"} 1"#,
            #"gatehouse_request_duration_seconds_bucket{le="0.001"} 1"#,
            #"gatehouse_request_duration_seconds_bucket{le="0.05"} 2"#,
            #"gatehouse_request_duration_seconds_bucket{le="10"} 2"#,
            #"gatehouse_request_duration_seconds_bucket{le="+Inf"} 3"#,
            #"gatehouse_request_duration_seconds_sum 20.0304"#,
            #"gatehouse_request_duration_seconds_count 3"#,
            #"gatehouse_denials_total{route="GET /a\"b\\c\nd",code="scope_insufficient"} 1"#,
            #"gatehouse_shadow_denials_total{route="GET /a\"b\\c\nd",code="token_missing"} 1"#,
            #"gatehouse_path_refusals_total{route="",reason="encoded_slash"} 1"#,
            #"gatehouse_upstream_requests_total{upstream="orders",status="200"} 1"#,
            #"gatehouse_upstream_duration_seconds_count 1"#,
            #"gatehouse_upstream_healthy{upstream="orders",server="127.0.0.1:9000"} 1"#,
            #"gatehouse_connections{side="client"} 0"#,
            #"gatehouse_connections{side="upstream"} 1"#,
            #"gatehouse_token_cache_hits_total 0"#,
            #"gatehouse_token_cache_misses_total 0"#,
            #"gatehouse_key_set_age_seconds{issuer="corp"} 12.5"#,
            #"gatehouse_key_fetch_failures_total{issuer="corp",reason="dns"} 2"#,
            #"gatehouse_spoofed_headers_total{header="x-auth-subject"} 1"#,
            #"gatehouse_config_reloads_total{result="success"} 0"#,
            #"gatehouse_log_dropped_total 7"#,
            #"gatehouse_audit_dropped_total 2"#,
            #"gatehouse_build_info{version="1.2.3"} 1"#,
        ]
    )
    func families(_ line: String) {
        #expect(self.page().split(separator: "\n").contains(Substring(line)))
    }

    /// The grammar of the text format 0.0.4, and its rules: HELP and TYPE once, before the samples of their family,
    /// each sample once, buckets that grow and end with +Inf.
    @Test("obeys the exposition format")
    func grammar() throws {
        let page = self.page()
        #expect(page.hasSuffix("\n"))
        let comment = /# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/
        let sample =
            /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)+\})? (-?[0-9.]+(e[+-]?[0-9]+)?|NaN|[+-]Inf)/
        var (family, kind) = ("", "")
        var (families, samples): (Set<String>, Set<String>) = ([], [])
        for line in page.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let match = line.wholeMatch(of: comment) {
                let name = String(match.2)
                if match.1 == "HELP" {
                    #expect(families.insert(name).inserted, "\(name) has two HELP lines")
                    family = name
                } else {
                    #expect(name == family && ["counter", "gauge", "histogram"].contains(match.3))
                    kind = String(match.3)
                }
                continue
            }
            let match = try #require(line.wholeMatch(of: sample), "not a sample: \(line)")
            let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
            #expect(suffixes.contains { family + $0 == match.1 }, "\(line) stands in the family \(family)")
            #expect(samples.insert("\(match.1)\(match.2 ?? "")").inserted, "twice: \(line)")
            #expect(kind != "counter" || family.hasSuffix("_total"))
        }
    }

    @Test("renders nothing for routes that were never hit")
    func idleRoutes() {
        var labels = MetricLabels(codes: [], pathReasons: [])
        for number in 0..<10_000 { _ = labels.routes.row(of: "route-\(number)") }
        let page = MetricsPage(WorkerMetrics().snapshot(), process: ProcessMetrics(version: "0"), labels: labels)
        #expect(page.render().count < 8 * 1024)
    }
}
