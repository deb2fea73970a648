public import Bytes
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
    /// What is asked, each kind once; `RouteMatch.rules` is a place in it.
    public let rules: [RouteRules]
    let settings: [RouteSettings]
    private let entries: RouteEntries
    /// Each distinct `identity.headers`; `RouteRules.identity` is a place in it.
    public let identities: [IdentityHeaders]
    /// What clients may not send, on any route.
    public let protectedHeaders: ProtectedHeaders
    private let hosts: HostTable
    private let paths: PathTrie
    // Both by pattern. What each request needs lies apart, in elements without references to count.
    private let choices: [MethodChoice]
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
        self.choices = indexes.map { MethodChoice($0, in: settings) }
        self.patterns = indexes.map { PatternRoutes($0, in: settings) }
        self.protectedHeaders = ProtectedHeaders(settings)

        var identities = Distinct<IdentityHeaders>()
        var rules = Distinct<RouteRules.Parts>()
        var entries = RouteEntries(capacity: settings.count)
        for route in settings {
            let identity = identities.place(of: IdentityHeaders(route.identity.headers))
            let parts = RouteRules.Parts(route, identity: identity, issuers: issuers, scopes: scopes)
            entries.append(name: route.name, rules: rules.place(of: parts))
        }
        self.settings = settings
        self.rules = rules.values.map(RouteRules.init)
        self.entries = entries
        self.identities = identities.values
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
        let choice = self.choices[match.pattern]
        match.route = Int(choice[method])
        if method == .other && choice.listsOthers {
            match.route = self.patterns[match.pattern].route(listing: methodName) ?? match.route
        }
        guard match.route >= 0 else { return .methodNotAllowed(pattern: match.pattern) }
        match.rules = self.entries.rules(of: match.route)
        return .route(match)
    }

    /// Appends the name of a route as a JSON string, with its quotes.
    public func appendName(of route: Int, to buffer: inout ByteBuffer) {
        self.entries.appendName(of: route, to: &buffer)
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
    /// Index in the policy.
    public internal(set) var route = -1
    /// Place of what is asked of it in `RouteTable.rules`.
    public internal(set) var rules = -1
    public internal(set) var pattern = 0
    public internal(set) var parameters = PathParameters()

    @inline(__always)
    init() {}
}
