import Telemetry
import Trust

/// `/metrics`: the sum of all workers, and what the process knows.
extension AdminPages {
    func metrics(_ completion: @escaping (AdminAnswer) -> Void) {
        self.runtime.collectMetrics { [self] metrics in
            self.runtime.collectUpstreams { [self] upstreams in
                var process = self.processMetrics
                for upstream in upstreams {
                    process.servers += upstream.servers.map {
                        .init(upstream: upstream.name, server: $0.url, isHealthy: $0.isHealthy)
                    }
                }
                let page = MetricsPage(metrics, process: process, labels: self.runtime.labels).render()
                completion(
                    AdminAnswer(status: 200, contentType: "\(PrometheusText.contentType)", body: page.span.array)
                )
            }
        }
    }

    private var processMetrics: ProcessMetrics {
        var process = ProcessMetrics(version: self.version)
        process.successfulReloads = self.successfulReloads
        process.failedReloads = self.failedReloads
        process.droppedLogLines = self.runtime.accessLog.droppedLines
        process.droppedAuditLines = self.runtime.accessLog.droppedAuditLines
        process.add(self.keys.statuses())
        return process
    }
}
