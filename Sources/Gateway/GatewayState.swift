import HTTP
import JOSE
import OAuth
import Policy
import Trust
import Upstreams

/// A policy made ready for one worker. Immutable but for caches and pools; a reload makes a new one.
final class GatewayState {
    let settings: GatewaySettings
    let routes: RouteTable
    let plans: [RoutePlan]
    let upstreams: [Upstream]
    let verifier: TokenVerifier
    let tokens = TokenCache()
    let credentials: CredentialPlaces
    /// What only a trusted peer may say about where a request came from.
    let forwardingNames = FoldedNameSet(["X-Forwarded-*", "Forwarded", "X-Real-IP", "X-Original-*"])
    let matchesHosts: Bool

    /// `settings` are checked. Upstreams whose settings are those of `former` go on with their pools.
    init(_ settings: GatewaySettings, services: UpstreamServices, former: GatewayState?) {
        self.settings = settings
        self.routes = RouteTable(settings.routes, issuers: settings.issuers.map(\.name))
        self.verifier = TokenVerifier(
            issuers: settings.issuers,
            scopes: self.routes.scopes,
            maximumTokenByteCount: settings.server.limits.tokenBytes)
        self.credentials = CredentialPlaces(settings.issuers)
        var upstreams: [Upstream] = []
        var byName: [String: (index: Int, settings: UpstreamSettings, upstream: Upstream?)] = [:]
        for (index, entry) in settings.upstreams.enumerated() {
            var upstream: Upstream?
            if case .servers(let servers) = entry.kind {
                upstream =
                    former?.upstream(entry.name, servers) ?? Upstream(
                        name: entry.name, index: index, settings: servers, services: services)
                upstreams.append(upstream!)
            }
            byName[entry.name] = (index, entry, upstream)
        }
        self.upstreams = upstreams
        self.plans = settings.routes.map { RoutePlan($0, upstreams: byName) }
        self.matchesHosts = settings.routes.contains { !$0.hosts.isEmpty }
        self.prepareStaticKeys()
        self.keepFetchedKeys(of: former)
    }

    private func keepFetchedKeys(of former: GatewayState?) {
        guard let former else { return }
        for (index, issuer) in self.settings.issuers.enumerated() where issuer.keys.isFetched {
            guard let old = former.settings.issuers.firstIndex(of: issuer) else { continue }
            self.verifier.setKeys(former.verifier.keys(ofIssuer: old), ofIssuer: index)
        }
    }

    private func upstream(_ name: String, _ settings: ServersSettings) -> Upstream? {
        self.upstreams.first { $0.name == name && $0.settings == settings }
    }

    // Keys that the policy itself holds. They were read when the policy was checked.
    private func prepareStaticKeys() {
        for (index, issuer) in self.settings.issuers.enumerated() {
            guard let ring = StaticKeys.ring(for: issuer) else { continue }
            self.verifier.setKeys(ring, ofIssuer: index)
        }
    }
}
