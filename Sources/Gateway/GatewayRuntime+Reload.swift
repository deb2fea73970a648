import AuthorizationServer
import Bytes
import Transport

/// A new policy for gateways that run.
extension GatewayRuntime {
    /// Gives every worker a new policy. Requests under way keep the old one.
    ///
    /// Throws when a listener's certificates cannot be used; nothing has changed then.
    public func adopt(_ settings: GatewaySettings) throws(StartError) {
        let renewsListeners = settings.listeners != self.settings.listeners
        var prepared: [[PreparedListener]] = []
        for _ in self.workers { prepared.append(renewsListeners ? try self.prepare(settings.listeners) : []) }
        self.settings = settings
        let rows = MetricRows(settings, &self.labels)
        for (worker, listeners) in zip(self.workers, prepared) {
            worker.post { $0.adopt(settings, rows, listeners) }
        }
    }

    private func prepare(_ listeners: [ListenerSettings]) throws(StartError) -> [PreparedListener] {
        var prepared: [PreparedListener] = []
        for listener in listeners {
            do throws(TLSProblem) {
                prepared.append(try PreparedListener(listener, self.tickets))
            } catch {
                throw .tls(listener: listener.name, error)
            }
        }
        return prepared
    }
}

/// A listener's settings with the TLS context that one worker will use: certificates are tried before anything changes.
struct PreparedListener: Sendable {
    let settings: ListenerSettings
    let tls: TLSContext?

    init(_ settings: ListenerSettings, _ tickets: TLSTicketKeys) throws(TLSProblem) {
        self.settings = settings
        self.tls = try settings.tls.map { tls throws(TLSProblem) in try TLSContext(server: tls, ticketKeys: tickets) }
    }
}

extension GatewaySettings {
    /// What of `other` only a restart can bring, by the keys of the policy.
    public func needsRestart(for other: GatewaySettings) -> [String] {
        var keys: [String] = []
        if self.server.workers != other.server.workers { keys.append("server.workers") }
        let mine = Dictionary(uniqueKeysWithValues: self.listeners.map { ($0.name, $0.address) })
        let others = Dictionary(uniqueKeysWithValues: other.listeners.map { ($0.name, $0.address) })
        for name in Set(mine.keys).union(others.keys).sorted() where mine[name] != others[name] {
            keys.append(mine[name] == nil || others[name] == nil ? "listeners.\(name)" : "listeners.\(name).address")
        }
        // Made from a file, or from nothing, as the process starts.
        switch (self.authorizationServer, other.authorizationServer) {
        case (nil, nil): break
        case (let mine?, let other?):
            if mine.store != other.store { keys.append("authorization_server.store") }
            if !mine.keys.sealFiles.hasSameBytes(as: other.keys.sealFiles) {
                keys.append("authorization_server.keys.seal")
            }
        case (nil, _), (_, nil): keys.append("authorization_server")
        }
        // Sessions of the one are not in the other.
        if let mine = self.login, let other = other.login, mine.session.store != other.session.store {
            keys.append("login.session.store")
        }
        if self.state != other.state { keys.append("state") }
        return keys
    }
}
