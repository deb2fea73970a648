import AuthorizationServer
import Gateway
import Login
import Policy

// The gateway's own endpoints come before all routes: a route among them would be one that nothing reaches.

extension PolicyReader {
    func checkBuiltIn(_ routes: [PlacedRoute], _ login: LoginSettings?) {
        if self.answersForwardAuth { self.keepForwardAuthPaths(routes) }
        for route in routes {
            if let issuer = self.authorizationServer?.issuer { self.check(route, issuer) }
            if let login { self.check(route, login) }
        }
    }

    private func check(_ route: PlacedRoute, _ issuer: IssuerAddress) {
        guard route.settings.isFor(issuer.host, isLoopback: issuer.isLoopback),
            let prefix = issuer.builtInPaths.first(where: route.settings.path.liesUnder)
        else { return }
        // The prefix is the policy's own, and may have come from a variable.
        let which = prefix == issuer.path ? "its endpoints" : "its metadata"
        self.error(route.field, "the authorization server answers this path itself: it lies among \(which)")
    }

    private func check(_ route: PlacedRoute, _ login: LoginSettings) {
        let path = LoginSettings.builtInPath
        guard route.settings.isFor(login.baseURL.host, isLoopback: login.baseURL.isLoopback),
            route.settings.path.liesUnder(path)
        else { return }
        self.error(route.field, "`login` answers this path itself: browsers sign in and out below `\(path)`")
    }

    private func keepForwardAuthPaths(_ routes: [PlacedRoute]) {
        let prefix = GatewaySettings.forwardAuthPrefix
        for route in routes where route.settings.path.liesUnder(prefix) {
            let message = "a listener has `forward_auth`, so the gateway answers paths under `\(prefix)` itself"
            self.error(route.field, message)
        }
    }
}

extension RouteSettings {
    /// Whether the route and what is built in for `host` can have a request in common, as far as hosts go.
    fileprivate func isFor(_ host: String, isLoopback: Bool) -> Bool {
        guard !self.hosts.isEmpty, !isLoopback else { return true }
        return self.hosts.contains { pattern in
            guard pattern.hasPrefix("*.") else { return pattern == host }
            return host.hasSuffix(pattern.dropFirst())
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
