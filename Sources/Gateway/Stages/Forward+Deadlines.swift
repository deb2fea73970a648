import HTTPConnections
import Upstreams

/// How long an upstream may take, by what it owes. Deadlines are looked at by the worker's tick.
extension Exchange {
    /// `connect` is the time for a place among the connections, and again for the connection itself.
    func limitConnecting() {
        guard let upstream = self.forwarding.upstream else { return }
        self.forwarding.upstreamDeadline = self.worker.loop.milliseconds + upstream.timeouts.connect
    }

    /// Something was sent, or has come: what the upstream owes now decides how long it may take.
    func watchUpstream() {
        guard let upstream = self.forwarding.upstream else { return }
        let now = self.worker.loop.milliseconds
        switch self.progress {
        case .none, .judging, .reading, .waitingForKeys, .waitingForAnswer: return
        case .tunnel: self.forwarding.upstreamDeadline = now + self.worker.timeouts.tunnelIdle
        case .answering: self.forwarding.upstreamDeadline = self.isClientsTurn ? .max : now + upstream.timeouts.idle
        case .forwarding:
            // Until it stands, the time to connect runs.
            guard self.forwarding.attempt.hasConnection else { return }
            self.forwarding.upstreamDeadline = self.isUpstreamsTurn ? now + upstream.timeouts.firstByte : .max
        }
    }

    // A client that reads slowly is not the upstream's fault.
    private var isClientsTurn: Bool { (self.connection?.unsentBytes ?? 0) > 0 }

    // It owes an answer to a whole request, and room for the rest of one.
    private var isUpstreamsTurn: Bool {
        let isRequestSent = !self.forwarding.attempt.isHeadUnsent && !self.owesBody
        return isRequestSent || (self.call.connection?.unsentBytes ?? 0) > 0
    }

    /// Called by the worker's tick. `now` is in milliseconds on the loop's clock.
    func checkDeadlines(now: UInt64) {
        if now >= self.forwarding.routeDeadline { return self.timeIsUp() }
        if now >= self.forwarding.upstreamDeadline { return self.upstreamIsLate() }
        if now >= self.learned.keysDeadline { self.keysAreLate() }
        if now >= self.learned.answerDeadline { self.answerIsLate() }
    }

    /// Called by the worker's tick once a second: a request that waits does not outlive its client, or its upstream.
    func lookForResets() {
        self.connection?.lookForReset()
        if let upstream = self.call.connection, upstream.isConnected { upstream.lookForReset() }
    }

    private func upstreamIsLate() {
        guard self.progress == .forwarding && self.call.connection?.isConnected != true else { return self.timeIsUp() }
        let failure = self.call.connection == nil ? ClientFailure.unavailable : .connectTimeout
        self.abandonUpstream(isLate: true)
        self.upstreamFailed(failure)
    }

    private func timeIsUp() {
        self.abandonUpstream()
        self.forwarding.routeDeadline = .max
        switch self.progress {
        case .none, .judging, .reading, .waitingForKeys, .waitingForAnswer: return
        case .forwarding: self.refuse(Refusal(.upstreamTimeout))
        case .answering, .tunnel: self.cut()
        }
    }

    // The request is judged by the keys that are there.
    private func keysAreLate() {
        self.worker.keys.remove(self)
        self.keysArrived()
    }
}
