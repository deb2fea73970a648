public import HTTP
public import OAuth

/// Finds the route of a request in time that does not grow with the number of routes.
///
/// The host chooses a bucket (the exact name, then the longest wildcard, then any), the path a pattern in it, and only the
/// routes of that very host-and-path pattern compete on the method. A host whose paths all fail falls through to the next
/// bucket; a method that none takes never does.
///
/// Nothing is allocated per request. There is one table per worker.
public final class RouteTable {
    public let routes: [Route]
    /// Each distinct `identity.headers`; `Route.identity` is a place in it.
    public let identities: [IdentityHeaders]
    /// What clients may not send, on any route.
    public let protectedHeaders: ProtectedHeaders
    private let hosts: HostTable
    private let paths: PathTrie
    private let patterns: [PatternRoutes]

    /// `settings` are checked: patterns parse, issuers and path parameters are known, and `conflicts(in:)` found nothing.
    ///
    /// - Parameters:
    ///   - issuers: Names of issuers and sign-in providers; their places are those that tokens carry.
    ///   - scopes: Made from these routes; the token verifier has the same.
    public init(_ settings: [RouteSettings], issuers: [String], scopes: ScopeTable) {
        var hosts = HostTable.Builder()
        var paths = PathTrie.Builder()
        // Pattern 0 is none.
        var indexes: [[Int]] = [[]]
        for (index, route) in settings.enumerated() {
            for host in Self.hostPatterns(of: route) {
                let pattern = Int(paths.insert(route.path, under: hosts.root(of: host, &paths)))
                if pattern == indexes.count { indexes.append([]) }
                indexes[pattern].append(index)
            }
        }
        self.hosts = hosts.build()
        self.paths = paths.build()
        self.patterns = indexes.map { PatternRoutes($0, in: settings) }
        self.protectedHeaders = ProtectedHeaders(settings)

        var identities: [[IdentityHeaderSettings]] = []
        self.routes = settings.enumerated().map { index, route in
            let identity = identities.firstIndex(of: route.identity.headers) ?? identities.count
            if identity == identities.count { identities.append(route.identity.headers) }
            return Route(index: index, route, identity: identity, issuers: issuers, scopes: scopes)
        }
        self.identities = identities.map(IdentityHeaders.init)
    }

    /// The route that decides about a request.
    ///
    /// - Parameters:
    ///   - host: Without port and final dot, in any case; empty if there is none.
    ///   - path: Normalised.
    ///   - methodName: Looked at only when `method` is `.other`.
    public func find(host: Span<UInt8>, path: Span<UInt8>, method: Method, methodName: Span<UInt8>) -> RouteLookup {
        var match = RouteMatch()
        let pattern = self.findPattern(host, path, &match.parameters)
        guard pattern != 0 else { return .noRoute }
        match.pattern = Int(pattern)
        match.route = self.patterns[match.pattern].route(for: method, named: methodName)
        return match.route < 0 ? .methodNotAllowed(pattern: match.pattern) : .route(match)
    }

    /// What `Allow` says for a pattern.
    public func allow(pattern: Int) -> [UInt8] { self.patterns[pattern].allow }

    /// Indexes of the routes of a pattern.
    func patternRoutes(_ pattern: Int) -> [Int] { self.patterns[pattern].routes }

    @inline(__always)
    private func findPattern(
        _ host: Span<UInt8>,
        _ path: Span<UInt8>,
        _ parameters: inout PathParameters
    ) -> PathTrie.PatternID {
        if !self.hosts.isEmpty {
            let found = self.findPatternOfHost(host, path, &parameters)
            if found != 0 { return found }
        }
        return self.hosts.any == 0 ? 0 : self.paths.find(path, under: self.hosts.any, &parameters)
    }

    private func findPatternOfHost(
        _ host: Span<UInt8>,
        _ path: Span<UInt8>,
        _ parameters: inout PathParameters
    ) -> PathTrie.PatternID {
        let candidates = self.hosts.find(host)
        if candidates.exact != 0 {
            let found = self.paths.find(path, under: candidates.exact, &parameters)
            if found != 0 { return found }
        }
        var name = candidates.wildcard
        while name != 0 {
            let found = self.paths.find(path, under: self.hosts[name].wildcard, &parameters)
            if found != 0 { return found }
            name = self.hosts[name].shorterWildcard
        }
        return 0
    }

    /// Nil stands for any host.
    static func hostPatterns(of route: RouteSettings) -> [HostPattern?] {
        guard !route.hosts.isEmpty else { return [nil] }
        var patterns: [HostPattern?] = []
        for text in route.hosts {
            guard let pattern = try? HostPattern(text) else {
                preconditionFailure("an unchecked host pattern: \(text)")
            }
            if !patterns.contains(pattern) { patterns.append(pattern) }
        }
        return patterns
    }
}

/// What the table says about a request.
public enum RouteLookup {
    case route(RouteMatch)
    /// 404: no host-and-path pattern matches.
    case noRoute
    /// 405: a pattern matches, but none of its routes takes the method.
    case methodNotAllowed(pattern: Int)
}

/// A route and where its parameters lie in the path.
public struct RouteMatch: Sendable {
    /// Index in `RouteTable.routes`, which is the index in the policy.
    public internal(set) var route = -1
    public internal(set) var pattern = 0
    public internal(set) var parameters = PathParameters()

    @inline(__always)
    init() {}
}
