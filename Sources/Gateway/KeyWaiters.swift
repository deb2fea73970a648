import OAuth
import Reactor
import Trust

/// The requests of one worker that wait for an issuer's keys. They are resumed from the loop, never inside the fetch.
///
/// There are never more of them than connections, which are limited.
final class KeyWaiters {
    private unowned let worker: Worker
    private var waiting: [String: [ObjectIdentifier: Exchange]] = [:]
    private var quiet = QuietTimes()
    /// Where wishes go; nil when no issuer's keys are fetched.
    var ask: (@Sendable (KeyRequest) -> Void)?

    init(worker: Worker) {
        self.worker = worker
    }

    /// False when waiting is of no use: the keys are of this process, or were asked for just now.
    func wait(_ exchange: Exchange, for index: Int) -> Bool {
        let issuer = exchange.state.settings.issuers[index]
        guard issuer.keys.isFetched, let ask, !exchange.learned.hasWaitedForKeys else { return false }
        let now = self.worker.loop.milliseconds
        if self.quiet.isQuiet(issuer.name, at: now) { return false }
        exchange.learned.hasWaitedForKeys = true
        exchange.learned.keysDeadline = now + issuer.keyRefresh.timeout.wholeMilliseconds
        // Each wish is answered, and the answer is for all who wait by then.
        let isFirst = self.waiting[issuer.name, default: [:]].isEmpty
        self.waiting[issuer.name, default: [:]][ObjectIdentifier(exchange)] = exchange
        let hasKeys = exchange.state.verifier.keys(ofIssuer: index) != nil
        if isFirst { ask(KeyRequest(issuer: issuer.name, isForUnknownKey: hasKeys)) }
        return true
    }

    /// The wish for an issuer's keys was dealt with: those who wait go on with the keys that are there now.
    func answered(_ issuer: String, quietFor quiet: Duration) {
        self.worker.loop.refreshClock()
        self.quiet.begin(issuer, until: self.worker.loop.milliseconds + quiet.wholeMilliseconds)
        guard let exchanges = self.waiting.removeValue(forKey: issuer) else { return }
        for exchange in exchanges.values { exchange.keysArrived() }
    }

    /// What was said about asking is no longer true: other keys, or another policy.
    func forgetQuiet(of issuer: String? = nil) {
        if let issuer { self.quiet.end(issuer) } else { self.quiet.endAll() }
    }

    /// Policies before the present one that requests wait under, if the issuer is the same in both.
    func formerStates(waitingFor issuer: String) -> [GatewayState] {
        let present = self.worker.state
        var states: [GatewayState] = []
        for exchange in self.waiting[issuer, default: [:]].values {
            let state = exchange.state
            guard state !== present, !states.contains(where: { $0 === state }) else { continue }
            if state.hasSameKeys(as: present, ofIssuer: issuer) { states.append(state) }
        }
        return states
    }

    /// The request's patience is over, or its client has gone.
    func remove(_ exchange: Exchange) {
        for issuer in self.waiting.keys { self.waiting[issuer]?[ObjectIdentifier(exchange)] = nil }
    }
}
