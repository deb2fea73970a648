import OAuth
import Reactor
import Trust

/// The requests of one worker that wait for an issuer's keys. They are resumed from the loop, never inside the fetch.
final class KeyWaiters {
    private unowned let worker: Worker
    private var waiting: [String: [Exchange]] = [:]
    /// Milliseconds on the loop's clock before which asking for an unknown key is useless.
    private var quietUntil: [String: UInt64] = [:]
    /// Where wishes go; nil when no issuer's keys are fetched.
    var ask: (@Sendable (KeyRequest) -> Void)?

    init(worker: Worker) {
        self.worker = worker
    }

    /// False when waiting is of no use: the keys are the policy's own, or were asked for just now.
    func wait(_ exchange: Exchange, for index: Int) -> Bool {
        let issuer = exchange.state.settings.issuers[index]
        guard issuer.keys.isFetched, let ask, !exchange.hasWaitedForKeys else { return false }
        let hasKeys = exchange.state.verifier.keys(ofIssuer: index) != nil
        let now = self.worker.loop.milliseconds
        if hasKeys, let quiet = self.quietUntil[issuer.name], now < quiet { return false }
        exchange.hasWaitedForKeys = true
        exchange.upstreamDeadline = now + issuer.keyRefresh.timeout.wholeMilliseconds
        let isFirst = self.waiting[issuer.name, default: []].isEmpty
        self.waiting[issuer.name, default: []].append(exchange)
        if isFirst { ask(KeyRequest(issuer: issuer.name, isForUnknownKey: hasKeys)) }
        return true
    }

    /// The issuer's keys have changed, or the fetch has ended without a change.
    func answered(_ issuer: String, quietFor quiet: Duration) {
        self.quietUntil[issuer] = self.worker.loop.milliseconds + quiet.wholeMilliseconds
        guard let exchanges = self.waiting.removeValue(forKey: issuer) else { return }
        for exchange in exchanges { exchange.keysArrived() }
    }

    /// The request's patience is over, or its client has gone.
    func remove(_ exchange: Exchange) {
        for issuer in self.waiting.keys { self.waiting[issuer]?.removeAll { $0 === exchange } }
    }
}

extension KeySourceSettings {
    /// Whether the keys come over the network.
    var isFetched: Bool {
        switch self {
        case .discovery, .url: true
        case .keySet, .pem, .secret: false
        }
    }
}
