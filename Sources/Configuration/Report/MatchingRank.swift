import Policy

/// Where a route stands among all: exact hosts before wildcards, the longest of these first, any host last; then segment
/// by segment literals before parameters before `**`; then routes with methods before one without. What ties keeps the
/// order of the file. A route with several hosts stands where the first of them is tried.
struct MatchingRank: Comparable {
    private let host: HostRank
    private let path: [SegmentRank]
    private let hasMethods: Bool
    private let index: Int

    private enum HostRank: Comparable {
        case exact(String)
        case wildcard(lessLabels: Int, String)
        case any

        init(_ host: String) {
            guard host.hasPrefix("*.") else {
                self = .exact(host)
                return
            }
            self = .wildcard(lessLabels: -host.split(separator: ".").count, host)
        }
    }

    // The end comes first: `/a` is more than `/a/**`, and never meets `/a/b`.
    private enum SegmentRank: Comparable {
        case end
        case literal(String)
        case parameter
        case rest
    }

    init(_ route: RouteSettings, index: Int) {
        self.host = route.hosts.map(HostRank.init).min() ?? .any
        self.path =
            route.path.segments.map { segment in
                switch segment {
                case .literal(let text): .literal(text)
                case .parameter: .parameter
                }
            } + [route.path.hasRest ? .rest : .end]
        self.hasMethods = !route.methods.isEmpty
        self.index = index
    }

    static func < (one: MatchingRank, other: MatchingRank) -> Bool {
        if one.host != other.host { return one.host < other.host }
        if one.path != other.path { return one.path.lexicographicallyPrecedes(other.path) }
        if one.hasMethods != other.hasMethods { return one.hasMethods }
        return one.index < other.index
    }
}
