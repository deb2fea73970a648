import AuthorizationServer
import Cryptography
import HTTP
import Login
import OAuth
import Policy
import Telemetry
import Trust
import Upstreams

/// A policy made ready for one worker. Immutable but for caches and pools; a reload makes a new one.
final class GatewayState {
    let settings: GatewaySettings
    let routes: RouteTable
    private let plans: RoutePlans
    let upstreams: [Upstream]
    let verifier: TokenVerifier
    private let issuerMarks: [IssuerMark]
    /// Goes on with the next policy, if that verifies alike.
    let tokens: TokenCache
    private let basis: VerificationBasis
    /// Counts the policies of this worker; never zero.
    let number: UInt64
    let credentials: CredentialPlaces
    /// Opens browsers' sessions. Nil without `login`.
    let sessions: SessionReader?
    let sessionKit: SessionKit?
    /// The same, or that of the latest policy with `login`: what it has made longer counts when `login` comes back.
    private let latestKit: SessionKit?
    /// Names of the gateway's own cookies, which no upstream sees or sets: also those of former policies, which browsers still
    /// have, and which may count again.
    let ownCookies: [[UInt8]]
    /// What only a trusted peer may say about where a request came from.
    let forwardingNames = FoldedNameSet(GatewayState.forwarding)
    /// Names that an upstream may confuse with those that the gateway handles (`Content_Length`), and `Proxy`, which CGI makes
    /// into a variable that clients obey (CVE-2016-5385).
    let confusingNames = FoldedNameSet(GatewayState.confusing)
    let untrustedNames = FoldedNameSet(GatewayState.forwarding + GatewayState.confusing)

    /// Names of cookies that former policies had: of three that called them otherwise.
    private static let maximumFormerCookies = 24

    private static let forwarding = ["X-Forwarded-*", "Forwarded", "X-Real-IP", "X-Original-*"]
    private static let confusing = FieldID.allCases.map { "\($0.name)" }.filter { !$0.isEmpty } + ["Proxy"]
    let matchesHosts: Bool
    /// Whether proxies ask on some listener whether to let a request pass.
    let answersForwardAuth: Bool

    /// `settings` are checked. Upstreams whose settings are those of `former` go on with their pools.
    init(
        _ settings: GatewaySettings,
        rows: MetricRows,
        services: UpstreamServices,
        former: GatewayState?,
        embedded: SigningKeys? = nil,
        sessionKey: SealingKey,
        cutOffs: CutOffs
    ) {
        self.settings = settings
        self.issuerMarks = settings.issuers.map { IssuerMark($0.issuer) }
        let scopes = ScopeTable(settings.routes)
        let issuers = settings.issuers.map(\.name)
        let providers = settings.login?.providers.map(\.name) ?? []
        self.routes = RouteTable(settings.routes, issuers: issuers + providers, scopes: scopes)
        let kit = settings.login.map {
            SessionKit($0, sessionKey: sessionKey, behind: former?.latestKit, at: WallClock.milliseconds)
        }
        self.sessionKit = kit
        self.latestKit = kit ?? former?.latestKit
        self.sessions = kit.map { SessionReader($0, firstPlace: issuers.count, scopes: scopes, cutOffs: cutOffs) }
        self.verifier = TokenVerifier(
            issuers: settings.issuers,
            scopes: scopes,
            maximumTokenByteCount: settings.server.limits.tokenBytes
        )
        let basis = VerificationBasis(settings, scopes: scopes)
        self.tokens = former.flatMap { $0.basis == basis ? $0.tokens : nil } ?? TokenCache()
        self.basis = basis
        self.number = (former?.number ?? 0) + 1
        self.credentials = CredentialPlaces(settings.issuers)
        let serverCookies = settings.authorizationServer?.cookieNames.map { [UInt8]($0.utf8) } ?? []
        let names = serverCookies + (kit?.cookieNames ?? [])
        let earlier = (former?.ownCookies ?? []).filter { !names.contains($0) }
        self.ownCookies = names + earlier.prefix(Self.maximumFormerCookies)
        var upstreams: [Upstream] = []
        var destinations: [String: RoutePlan.Destination] = [:]
        for (entry, row) in zip(settings.upstreams, rows.upstreams) {
            switch entry.kind {
            case .echo: destinations[entry.name] = .echo
            case .servers(let servers):
                let known = former?.upstream(entry.name, servers)
                let upstream = known ?? Upstream(name: entry.name, settings: servers, services: services)
                upstreams.append(upstream)
                destinations[entry.name] = .forward(PlannedUpstream(upstream, row: row))
            }
        }
        self.upstreams = upstreams
        self.plans = RoutePlans(
            settings.routes,
            rows: rows.routes,
            upstreams: destinations,
            ownCookies: self.ownCookies
        )
        self.matchesHosts = settings.routes.contains { !$0.hosts.isEmpty }
        self.answersForwardAuth = settings.answersForwardAuth
        self.prepareStaticKeys()
        self.keepKeys(of: former)
        if let embedded { self.embeddedKeysArrived(embedded) }
    }

    /// How requests on a route are carried out.
    func plan(of route: Int) -> RoutePlan { self.plans.plan(of: route) }
    /// The place of a route in the metrics.
    func row(of route: Int) -> Int { self.plans.row(of: route) }

    // The owner of fetched keys tells them again for an issuer that is not quite the same.
    private func keepKeys(of former: GatewayState?) {
        guard let former else { return }
        for (index, issuer) in self.settings.issuers.enumerated() {
            guard let old = former.settings.issuers.firstIndex(of: issuer) else { continue }
            self.verifier.setKeys(former.verifier.keys(ofIssuer: old), ofIssuer: index)
        }
    }

    /// Prepares keys from a fetched set, for the issuer whose name it has and whose keys are fetched.
    func keysArrived(_ update: KeyUpdate) {
        let named = self.settings.issuers.firstIndex { $0.name == update.issuer && $0.keys.isFetched }
        guard let index = named else { return }
        let algorithms = self.settings.issuers[index].algorithms
        let ring = update.keys.flatMap { try? KeyRing($0, algorithms: algorithms, generation: update.generation) }
        if let former = self.verifier.keys(ofIssuer: index) { ring?.takeOver(former.uses) }
        self.verifier.setKeys(ring, ofIssuer: index)
    }

    /// Whether the authorization server in this process issued it.
    func isEmbedded(_ token: VerifiedToken) -> Bool { self.settings.issuers[token.issuer].keys == .embedded }

    /// The grant behind a token of some gateway's authorization server; nil for one of another issuer.
    func grantName(of token: VerifiedToken) -> GrantName? {
        GrantName(token, issuer: self.issuerMarks[token.issuer])
    }

    /// The keys of the authorization server in this process.
    func embeddedKeysArrived(_ keys: SigningKeys) {
        for (index, issuer) in self.settings.issuers.enumerated() where issuer.keys == .embedded {
            let ring = keys.ring(algorithms: issuer.algorithms)
            if let former = self.verifier.keys(ofIssuer: index) { ring?.takeOver(former.uses) }
            self.verifier.setKeys(ring, ofIssuer: index)
        }
    }

    /// Whether the issuer of that name has its keys from the same place in both policies: no issuer gets another's keys.
    func hasSameKeys(as other: GatewayState, ofIssuer name: String) -> Bool {
        guard let mine = self.settings.issuers.first(where: { $0.name == name }),
            let others = other.settings.issuers.first(where: { $0.name == name })
        else { return false }
        return mine.hasSameKeySource(as: others)
    }

    /// When each issuer's keys were last of use.
    var keyUses: KeyUses {
        var uses: KeyUses = [:]
        for (index, issuer) in self.settings.issuers.enumerated() {
            uses[issuer.name] = self.verifier.keys(ofIssuer: index)?.uses
        }
        return uses
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
