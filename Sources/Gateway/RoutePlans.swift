import Policy

/// The plan of each entry of `routes`, and its place in the metrics.
///
/// Entries lie one behind the other: a request looks at one, which may have to come from memory.
struct RoutePlans {
    private struct Entry {
        var plan: Int32
        var row: Int32
    }

    private let plans: [RoutePlan]
    private let entries: [Entry]

    /// - Parameters:
    ///   - rows: The places of `routes` in the metrics.
    ///   - upstreams: The policy's by name.
    ///   - ownCookies: Names of the gateway's own, which no upstream sets.
    init(
        _ routes: [RouteSettings],
        rows: [Int],
        upstreams: [String: RoutePlan.Destination],
        ownCookies: [[UInt8]]
    ) {
        var plans = Distinct<RoutePlan.Parts>()
        self.entries = zip(routes, rows).map { route, row in
            let plan = plans.place(of: RoutePlan.Parts(route, upstreams: upstreams))
            return Entry(plan: Int32(plan), row: Int32(row))
        }
        self.plans = plans.values.map { RoutePlan($0, ownCookies: ownCookies) }
    }

    @inline(__always)
    func plan(of route: Int) -> RoutePlan { self.plans[Int(self.entries[route].plan)] }

    @inline(__always)
    func row(of route: Int) -> Int { Int(self.entries[route].row) }
}
