import Admin
import Bytes
import Gateway
import Policy
import Transport

// The policy as a whole: its top keys, in the order in which later ones need earlier ones.

extension PolicyReader {
    func policy(_ root: YAMLNode) -> (settings: GatewaySettings, admin: AdminSettings?)? {
        guard let section = self.section(PolicyField(node: root, path: .root)) else { return nil }
        var settings = GatewaySettings()
        section.required("version", because: "write `version: 1`", self.version)
        section.read("server", into: &settings.server, self.server)
        // This machine alone: a policy that says nothing opens nothing to others.
        settings.listeners = [ListenerSettings(name: "public", address: .ip(IPAddress(ipv4: 0x7f00_0001), port: 8080))]
        section.read("listeners", into: &settings.listeners, self.listeners)
        let admin = self.admin(section.field("admin"))
        self.hasAuthorizationServer = section.field("authorization_server") != nil
        self.answersForwardAuth = settings.answersForwardAuth
        let listeners = settings.listeners
        section.read("authorization_server", into: &settings.authorizationServer) {
            self.authorizationServer($0, behind: listeners)
        }
        self.authorizationServer = settings.authorizationServer
        section.read("issuers", into: &settings.issuers, self.issuers)
        self.hasState = section.field("state") != nil
        section.read("state", into: &settings.state, self.state)
        self.hasLogin = section.field("login") != nil
        let login = section.value("login", self.login)
        section.read("upstreams", into: &settings.upstreams, self.upstreams)
        let routes = self.routes(section)
        settings.routes = routes.map(\.settings)
        settings.login = login.map { self.login($0, routes, behind: listeners) }
        settings.authorizationServer?.gateway = settings.login?.gatewayClient
        self.readPages(section, into: &settings)
        self.checkBuiltIn(routes, settings.login)
        section.unsupported("tests", unless: { $0.isSequence && $0.elements.isEmpty })
        section.finish()
        return (settings, admin)
    }

    private func version(_ field: PolicyField) {
        if !self.isUnset(field) && !field.says("1") {
            self.error(field, "this build reads policies of version 1")
        }
    }

    private func routes(_ section: Section) -> [PlacedRoute] {
        let identity = section.value("identity") { self.identity($0, over: IdentitySettings()) } ?? IdentitySettings()
        let base = RouteDraft(identity: identity)
        let defaults = section.value("defaults") { self.routeDefaults($0, over: base) } ?? base
        let routes = section.required("routes", because: "a list of paths and who may pass") {
            self.routes($0, defaults)
        }
        guard let routes else { return [] }
        self.checkTogether(routes)
        self.warnOfUnreachable(routes)
        self.warnOfUnusedUpstreams()
        return routes
    }

    private func warnOfUnusedUpstreams() {
        // A misspelt name is enough to say.
        guard !self.namesUnknownUpstream else { return }
        for field in self.unusedUpstreams.values { self.warning(field, "no route uses this upstream") }
    }

    /// Access that no request can have is safe, and surely not what was meant.
    private func warnOfUnreachable(_ routes: [PlacedRoute]) {
        for index in RouteTable.unreachable(in: routes.map(\.settings)) {
            self.warning(routes[index].field, "no request reaches this route")
        }
        guard self.issuerNames.isEmpty else { return }
        for route in routes where route.settings.access != .public && route.settings.access != .optional {
            guard route.settings.login == .none else { continue }
            self.warning(route.field, "nobody can pass: there are no `issuers` whose tokens are accepted")
        }
    }
}
