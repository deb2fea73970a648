import AuthorizationServer
import Policy

// The gateway's own endpoints come before all routes: a route among them would be one that nothing reaches.

extension PolicyReader {
    func checkBuiltIn(_ routes: [PlacedRoute]) {
        guard let issuer = self.authorizationServer?.issuer else { return }
        for route in routes where route.settings.isFor(issuer) {
            guard let prefix = issuer.builtInPaths.first(where: route.settings.path.liesUnder) else { continue }
            // The prefix is the policy's own, and may have come from a variable.
            let which = prefix == issuer.path ? "its endpoints" : "its metadata"
            self.error(route.field, "the authorization server answers this path itself: it lies among \(which)")
        }
    }
}

extension RouteSettings {
    /// Whether the route and the issuer can have a request in common, as far as hosts go.
    fileprivate func isFor(_ issuer: IssuerAddress) -> Bool {
        guard !self.hosts.isEmpty, !issuer.isLoopback else { return true }
        return self.hosts.contains { host in
            guard host.hasPrefix("*.") else { return host == issuer.host }
            return issuer.host.hasSuffix(host.dropFirst())
        }
    }
}

extension PathPattern {
    /// Whether each path that it fits begins with the segments of `prefix`, a plain path.
    fileprivate func liesUnder(_ prefix: String) -> Bool {
        let names = prefix.split(separator: "/").map { Segment.literal(String($0)) }
        return self.segments.starts(with: names)
    }
}
