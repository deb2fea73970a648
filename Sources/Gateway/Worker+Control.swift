import AuthorizationServer
import HTTP
import HTTPConnections
import Login
import Trust

/// What the control thread asks of a worker: new policies, new keys, the drain. Always posted to the worker's loop.
extension Worker {
    /// Requests under way keep the old policy.
    func adopt(_ settings: GatewaySettings, _ rows: MetricRows, _ listeners: [PreparedListener]) {
        let former = self.state
        self.state = GatewayState(
            settings,
            rows: rows,
            services: self.upstreamServices,
            former: former,
            embedded: self.authorization.snapshot?.keys,
            sessionKey: self.sessionKey,
            cutOffs: self.cutOffs
        )
        for upstream in former.upstreams where !self.state.upstreams.contains(where: { $0 === upstream }) {
            upstream.retire()
        }
        self.forgetSpareExchanges()
        self.counters.adopt(rows)
        self.keys.forgetQuiet()
        self.maximumConnections = settings.server.connections(self.share)
        while self.connections.servedCount > self.maximumConnections && self.makeRoom() {}
        self.adopt(limits: HeadLimits(settings.server.limits), timeouts: ServerTimeouts(settings.server.timeouts))
        for listener in listeners { self.adopt(listener) }
    }

    /// TLS sessions go on with the certificates that they began with.
    private func adopt(_ prepared: PreparedListener) {
        let name = prepared.settings.name
        guard let index = self.listeners.firstIndex(where: { $0.settings.name == name }) else { return }
        let former = self.listeners[index]
        self.listeners[index] = ListenerState(prepared.settings, port: former.port, tls: prepared.tls)
        guard (former.tls == nil) != (prepared.tls == nil) else { return }
        // What stands was made for the other scheme, and must not be taken for the new one.
        for connection in self.connections.all where connection.listenerIndex == index { self.retire(connection) }
    }

    private func retire(_ connection: ServerConnection) {
        connection.isDraining = true
        if connection.isIdle { connection.closeWhenSent() }
    }

    /// Prepares keys of its own from a fetched set, also for requests that wait for it under an earlier policy.
    func keysArrived(_ update: KeyUpdate) {
        self.keys.forgetQuiet(of: update.issuer)
        self.state.keysArrived(update)
        for state in self.keys.formerStates(waitingFor: update.issuer) { state.keysArrived(update) }
    }

    /// What the authorization server issues from now on, and which of its tokens count no longer.
    func adopt(_ snapshot: AuthorizationSnapshot) {
        let former = self.authorization.snapshot
        self.authorization.adopt(snapshot, log: self.accessLog)
        if former?.keys !== snapshot.keys { self.state.embeddedKeysArrived(snapshot.keys) }
        // A token that is remembered is not looked at again: those that count no longer are forgotten.
        if snapshot.revoked.refusesMore(than: former?.revoked) { self.forgetRevoked() }
    }

    /// What there is to know about sessions.
    func learn(_ news: LoginNews) {
        switch news {
        case .isFresh(let isFresh): self.knowsCutOffs = isFresh
        case .cutOffs(let more):
            // As many as may be taken for live ones then: none.
            for cutOff in more where self.cutOffs.add(cutOff) == .noRoom { self.knowsCutOffs = false }
            self.state.sessions?.forgetCut(by: more)
            for exchange in self.active { exchange.tokensWereRevoked() }
        }
    }

    /// What there is to know about grants that servers of other gateways have revoked.
    func learn(_ news: RevocationNews) {
        switch news {
        case .unknown:
            self.state.tokens.forget { !self.state.isEmbedded($0) && self.state.grantName(of: $0) != nil }
        case .revoked(let grants):
            self.state.tokens.forget { self.state.grantName(of: $0).map(grants.contains) ?? false }
            self.state.sessions?.forget(revoked: grants)
            for exchange in self.active { exchange.tokensWereRevoked() }
        }
    }

    private func forgetRevoked() {
        self.state.tokens.forget { self.state.isEmbedded($0) && self.authorization.isRevoked($0) }
        for exchange in self.active { exchange.tokensWereRevoked() }
    }

    // MARK: - Drain

    func beginDrain() {
        self.isDraining = true
        for connection in self.connections.all { connection.isDraining = true }
    }

    /// Listeners close, and the connections that wait for a next request.
    func stopAccepting() {
        for door in self.doors { door.stop() }
        for connection in self.connections.all where connection.isIdle { connection.closeWhenSent() }
    }

    /// Those that have begun to wait since the drain began.
    func closeIdle() {
        while self.makeRoom() {}
    }
}
