// What the configuration asks about all routes together, before a table is made of them.

/// Two routes that want the same requests.
public struct RouteConflict: Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        /// Both list this method for the same host-and-path pattern.
        case sameMethod(String)
        /// Both take any method for the same host-and-path pattern.
        case bothWithoutMethods
    }

    /// Indexes in the policy.
    public let earlier: Int
    public let later: Int
    public let reason: Reason
}

extension RouteTable {
    /// Routes with the same pattern and the same method twice, or twice without `methods`. A pattern is the same if hosts,
    /// literals and the places of parameters are; the names of parameters do not count. Each pair is told once.
    ///
    /// A listed HEAD and the HEAD that comes with another route's GET are no conflict: the listed one wins.
    public static func conflicts(in settings: [RouteSettings]) -> [RouteConflict] {
        var conflicts: [RouteConflict] = []
        var owners: [MethodPlace: Int] = [:]
        for (index, route) in settings.enumerated() {
            for place in Self.places(of: route) {
                guard let earlier = owners[place] else {
                    owners[place] = index
                    continue
                }
                // The same two may meet under several hosts and methods; a route that repeats itself meets itself.
                let isTold = conflicts.contains { $0.earlier == earlier && $0.later == index }
                if earlier == index || isTold { continue }
                let reason = place.method.map(RouteConflict.Reason.sameMethod) ?? .bothWithoutMethods
                conflicts.append(RouteConflict(earlier: earlier, later: index, reason: reason))
            }
        }
        return conflicts
    }

    /// Indexes of routes that no request reaches: each of their paths has a better pattern, they list no method that is
    /// served, or their literals contain an encoded slash that they do not allow.
    public static func unreachable(in settings: [RouteSettings]) -> [Int] {
        var hosts = HostTable.Builder()
        var paths = PathTrie.Builder()
        var patterns: [[PathTrie.PatternID]] = []
        for route in settings {
            patterns.append(
                Self.hostPatterns(of: route).map { paths.insert(route.path, under: hosts.root(of: $0, &paths)) }
            )
        }
        let shadowed = paths.shadowedPatterns
        return settings.indices.filter { index in
            patterns[index].allSatisfy(shadowed.contains) || !settings[index].isServed
        }
    }

    private struct MethodPlace: Hashable {
        var host: HostPattern?
        var path: PathShape
        /// Nil: any method.
        var method: String?
    }

    private static func places(of route: RouteSettings) -> [MethodPlace] {
        let methods = route.methods.isEmpty ? [nil] : route.methods.map(Optional.some)
        return Self.hostPatterns(of: route).flatMap { host in
            methods.map { MethodPlace(host: host, path: PathShape(route.path), method: $0) }
        }
    }
}

/// A path pattern without the names of its parameters. Literals are compared by their bytes.
private struct PathShape: Hashable {
    private let literals: [[UInt8]?]
    private let hasRest: Bool

    init(_ pattern: PathPattern) {
        self.literals = pattern.segments.map { segment in
            guard case .literal(let text) = segment else { return nil }
            return Array(text.utf8)
        }
        self.hasRest = pattern.hasRest
    }
}

extension RouteSettings {
    fileprivate var isServed: Bool {
        // TRACE is 405 and CONNECT 501 on every route.
        let hasMethod = self.methods.isEmpty || !self.methods.allSatisfy { $0 == "TRACE" || $0 == "CONNECT" }
        let hasSlash = self.path.segments.contains { segment in
            guard case .literal(let text) = segment else { return false }
            return text.utf8.contains(UInt8(ascii: "/"))
        }
        return hasMethod && (!hasSlash || self.allowsEncodedSlash)
    }
}

extension PathTrie.Builder {
    /// Patterns that end in `**` and never get a path: what ends at their place and what goes on behind it by a parameter
    /// takes all of them first. Literals alone cannot: there are always others.
    fileprivate var shadowedPatterns: Set<PathTrie.PatternID> {
        var shadowed: Set<PathTrie.PatternID> = []
        for node in self.nodes where node.rest != 0 && self.takesAll(node, byRest: false) { shadowed.insert(node.rest) }
        return shadowed
    }

    private func takesAll(_ node: PathTrie.Node, byRest: Bool) -> Bool {
        if byRest && node.rest != 0 { return true }
        return node.end != 0 && node.parameter != 0 && self.takesAll(self.nodes[Int(node.parameter)], byRest: true)
    }
}
