/// How often requests on one route passed and did not.
public struct RouteCounts: Sendable, Equatable {
    /// Including those that only a route in shadow mode let pass.
    public var allowed: UInt64 = 0
    public var denied: UInt64 = 0
}

extension MetricsSnapshot {
    /// By the route's name; requests without a route are left out.
    public func requestsByRoute(_ labels: MetricLabels) -> [String: RouteCounts] {
        var counts: [String: RouteCounts] = [:]
        for (label, count) in self.requests.values where label.row != MetricLabels.noRoute {
            let isDenied = UInt8(truncatingIfNeeded: label.key) == RecordedDecision.deny.rawValue
            let name = labels.routes.name(of: label.row)
            if isDenied {
                counts[name, default: RouteCounts()].denied += count
            } else {
                counts[name, default: RouteCounts()].allowed += count
            }
        }
        return counts
    }
}
