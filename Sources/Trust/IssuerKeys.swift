public import JOSE
public import OAuth
public import Reactor
public import Telemetry
import Upstreams

/// The keys of all issuers of the policy. The one owner: workers are told what changes, and ask here when a token names
/// a key that they do not have. Must be used on the control loop.
public final class IssuerKeys {
    let loop: EventLoop
    let log: OperationalLog
    let client: ControlClient
    private var issuers: [IssuerSettings] = []
    private var fetched: [String: FetchedIssuer] = [:]
    private var held: [String: FetchedKeys] = [:]
    /// Those of the authorization server in this process, and when they came.
    private var embedded = FetchedKeys()

    /// Tells all workers of a new set, or that there is none any more.
    public var tell: (KeyUpdate) -> Void = { _ in }
    /// Lets all requests that wait for an issuer's keys go on; asking again is of no use for so long.
    public var answer: (_ issuer: String, _ quietFor: Duration) -> Void = { _, _ in }

    public init(loop: EventLoop, log: OperationalLog) {
        self.loop = loop
        self.log = log
        self.client = ControlClient(loop: loop)
    }

    /// Takes over the issuers of a policy. Those whose keys come from the same place go on with what they have; the
    /// others are fetched. To be called after the workers were given the same policy.
    public func adopt(_ issuers: [IssuerSettings]) {
        self.loop.refreshClock()
        var former = self.fetched
        self.fetched = [:]
        self.adoptHeld(issuers)
        self.issuers = issuers
        for issuer in issuers where issuer.keys.isFetched {
            if let known = former[issuer.name], known.settings.hasSameKeySource(as: issuer) {
                former[issuer.name] = nil
                self.fetched[issuer.name] = known
                known.adopt(issuer)
            } else {
                self.fetched[issuer.name] = FetchedIssuer(issuer, owner: self)
            }
        }
        for (name, gone) in former {
            gone.end()
            // Who waited for it would wait in vain; who waits for its successor is answered by that one.
            if self.fetched[name] == nil { self.answer(name, .zero) }
        }
        for issuer in self.fetched.values { issuer.start() }
    }

    /// Ends all fetches. Nobody is answered any more.
    public func stop() {
        for issuer in self.fetched.values { issuer.end() }
        self.fetched = [:]
    }

    /// A worker's wish for keys. Always answered, now or when a fetch has ended.
    public func asked(_ request: KeyRequest) {
        self.loop.refreshClock()
        guard let issuer = self.fetched[request.issuer] else { return self.answer(request.issuer, .zero) }
        issuer.asked(isForUnknownKey: request.isForUnknownKey)
    }

    /// Takes wishes from every thread.
    public var asking: @Sendable (KeyRequest) -> Void {
        let control = self.loop.remote
        // nonisolated: only posted work touches it, and that runs on the control loop.
        nonisolated(unsafe) let keys = self
        return { request in control.post { keys.asked(request) } }
    }

    /// What is known now, in the order of the policy. `uses` is what the workers tell: `GatewayRuntime.collectKeyUses`.
    public func statuses(uses: KeyUses = [:]) -> [IssuerKeysStatus] {
        self.loop.refreshClock()
        return self.issuers.map { issuer in
            let uses = uses[issuer.name] ?? [:]
            if issuer.keys == .embedded { return self.embeddedStatus(issuer, uses) }
            return self.fetched[issuer.name]?.status(uses: uses) ?? self.heldStatus(issuer, uses)
        }
    }

    // MARK: - Keys of this process

    /// The authorization server in this process has published a set, the first one or another. The workers know it
    /// already: they have it from the server itself.
    public func embeddedKeysArrived(_ set: JSONWebKeySet) {
        _ = self.embedded.obtained(set, at: WallClock.milliseconds / 1000)
    }

    private func embeddedStatus(_ issuer: IssuerSettings, _ uses: [String: Int64]) -> IssuerKeysStatus {
        var status = IssuerKeysStatus(issuer: issuer.name, source: .embedded)
        status.hasSet = self.embedded.set != nil
        status.hasEndedFirstFetch = status.hasSet
        status.keys = self.embedded.statuses(of: issuer, uses: uses)
        return status
    }

    // MARK: - Keys of the policy itself

    private func adoptHeld(_ issuers: [IssuerSettings]) {
        let former = self.held
        self.held = [:]
        let now = WallClock.milliseconds / 1000
        for issuer in issuers {
            guard let set = StaticKeys.set(for: issuer) else { continue }
            var keys = former[issuer.name] ?? FetchedKeys()
            _ = keys.obtained(set, at: now)
            self.held[issuer.name] = keys
        }
    }

    private func heldStatus(_ issuer: IssuerSettings, _ uses: [String: Int64]) -> IssuerKeysStatus {
        var status = IssuerKeysStatus(issuer: issuer.name, source: .policy)
        status.hasSet = true
        status.hasEndedFirstFetch = true
        status.keys = self.held[issuer.name]?.statuses(of: issuer, uses: uses) ?? []
        return status
    }
}

extension IssuerSettings {
    /// Whether both have their keys from the same place, verified in the same way.
    public func hasSameKeySource(as other: IssuerSettings) -> Bool {
        self.issuer.utf8.elementsEqual(other.issuer.utf8) && self.keys == other.keys
            && self.certificateAuthorities == other.certificateAuthorities
    }
}

extension KeySourceSettings {
    /// Whether the keys come over the network.
    public var isFetched: Bool {
        switch self {
        case .discovery, .url: true
        case .keySet, .pem, .secret, .embedded: false
        }
    }

    /// Whether the policy itself holds the keys: they are there from the start, and change with it alone.
    public var isHeld: Bool {
        switch self {
        case .keySet, .pem, .secret: true
        case .discovery, .url, .embedded: false
        }
    }
}
