import Reactor
public import Telemetry
public import Trust
public import Upstreams

/// Questions to all workers. Each is answered on the control loop once every worker has had its turn.
extension GatewayRuntime {
    /// Adds up what the workers have counted.
    public func collectMetrics(_ completion: @escaping (MetricsSnapshot) -> Void) {
        self.collect({ $0.counters.snapshot($0) }) { snapshots in
            var sum = MetricsSnapshot()
            for snapshot in snapshots { sum.merge(snapshot) }
            completion(sum)
        }
    }

    /// The upstreams of the policy, with what all workers together know of their servers.
    public func collectUpstreams(_ completion: @escaping ([UpstreamReport]) -> Void) {
        self.collect({ $0.state.upstreams.map(\.report) }) { reports in
            // All workers have the same policy: what is posted to them arrives in one order.
            guard var sum = reports.first else { return completion([]) }
            for others in reports.dropFirst() {
                for index in sum.indices { sum[index].merge(others[index]) }
            }
            completion(sum)
        }
    }

    /// The latest decisions of all workers, the latest first.
    public func collectDecisions(_ completion: @escaping ([RecentDecision]) -> Void) {
        self.collect({ $0.decisions.all }) { completion($0.joined().sorted { $0.nanoseconds > $1.nanoseconds }) }
    }

    /// When each key was last of use on any worker.
    public func collectKeyUses(_ completion: @escaping (KeyUses) -> Void) {
        self.collect({ $0.state.keyUses }) { parts in
            var sum: KeyUses = [:]
            for (issuer, times) in parts.joined() { sum[issuer, default: [:]].merge(times, uniquingKeysWith: max) }
            completion(sum)
        }
    }

    /// How many clients are connected, when those that only wait for a next request have been sent away.
    func countBusyConnections(_ completion: @escaping (Int) -> Void) {
        self.collect({ worker in
            worker.closeIdle()
            return worker.connections.count
        }) { completion($0.reduce(0, +)) }
    }

    private func collect<Part: Sendable>(
        _ ask: @escaping @Sendable (Worker) -> Part,
        _ completion: @escaping ([Part]) -> Void
    ) {
        guard !self.workers.isEmpty else { return completion([]) }
        let collection = Collection(expected: self.workers.count, completion)
        let control = self.control.remote
        for worker in self.workers {
            worker.post { worker in
                let part = ask(worker)
                control.post { collection.add(part) }
            }
        }
    }
}

/// Gathers answers that come one by one.
/// `@unchecked Sendable`: touched on the control loop alone.
private final class Collection<Part: Sendable>: @unchecked Sendable {
    private let expected: Int
    private var parts: [Part] = []
    private let completion: ([Part]) -> Void

    init(expected: Int, _ completion: @escaping ([Part]) -> Void) {
        self.expected = expected
        self.completion = completion
    }

    func add(_ part: Part) {
        self.parts.append(part)
        if self.parts.count == self.expected { self.completion(self.parts) }
    }
}
