import Bytes
import HTTP
import HTTPConnections
import Policy
import Reactor
import Transport
import Upstreams

/// *forward*: the prepared request goes up, the answer comes down. Retries only where nothing can happen twice.
extension Exchange {
    func forward() {
        let plan = self.plan
        if self.head.expectsContinue && self.head.framing.hasContent { self.connection?.sendContinue() }
        guard let upstream = plan.upstream else {
            self.progress = .reading
            if !self.head.framing.hasContent { self.answerLocally() }
            return
        }
        self.upstream = upstream
        self.progress = .forwarding
        // On the usual way no time has passed worth looking at the clock.
        self.upstreamStartedAt = self.hasWaitedForKeys ? MonotonicClock.nanoseconds : self.startedAt
        if let timeout = plan.timeout { self.routeDeadline = self.worker.loop.milliseconds + timeout }
        self.send(to: upstream.choose(), fresh: false)
    }

    private func send(to endpoint: Endpoint, fresh: Bool) {
        self.endpoint = endpoint
        self.address(endpoint)
        self.attempt.isHeadUnsent = true
        switch endpoint.acquire(for: self.call, fresh: fresh) {
        case .ready: self.upstreamConnected()
        case .connecting, .queued: self.limitConnecting()
        case .failed(let failure): self.upstreamFailed(failure)
        }
    }

    /// `connect` is the time for a place among the connections, and again for the connection itself.
    func limitConnecting() {
        guard let upstream = self.upstream else { return }
        self.upstreamDeadline = self.worker.loop.milliseconds + upstream.timeouts.connect
    }

    func upstreamConnected() {
        self.attempt.isOnReusedConnection = self.call.connection?.isReused ?? false
        if self.head.framing.hasContent && !self.isBodyComplete {
            self.watchUpstream()
            // The head waits for the first bytes of the body, which may be at hand: see `bodyPaused`.
            self.connection?.resumeReading()
            return
        }
        self.sendHead()
        self.call.connection?.requestIsComplete = true
        self.watchUpstream()
    }

    /// What the upstream owes now decides how long it may take.
    func watchUpstream() {
        guard let upstream = self.upstream else { return }
        let now = self.worker.loop.milliseconds
        switch self.progress {
        case .none, .reading, .waitingForKeys: return
        case .tunnel: self.upstreamDeadline = now + self.worker.timeouts.tunnelIdle
        case .answering:
            // A client that reads slowly is not the upstream's fault.
            let isOurTurn = (self.connection?.unsentBytes ?? 0) > 0
            self.upstreamDeadline = isOurTurn ? .max : now + upstream.timeouts.idle
        case .forwarding:
            // It owes an answer to a whole request, and room for the rest of one.
            let isItsTurn = self.isRequestSent || (self.call.connection?.unsentBytes ?? 0) > 0
            self.upstreamDeadline = isItsTurn ? now + upstream.timeouts.firstByte : .max
        }
    }

    private var isRequestSent: Bool { !self.attempt.isHeadUnsent && (self.isBodyComplete || !self.head.framing.hasContent) }

    private func sendHead() {
        guard self.attempt.isHeadUnsent else { return }
        self.attempt.isHeadUnsent = false
        self.upstreamHead.withSpan { self.call.connection?.send($0) }
    }

    // MARK: - The request's body

    var wantsBody: Bool {
        switch self.progress {
        case .none, .waitingForKeys: false
        case .reading: true
        case .forwarding, .answering, .tunnel:
            self.call.connection.map { $0.isConnected && $0.unsentBytes == 0 } ?? false
        }
    }

    func sendBody(_ wire: Span<UInt8>, content: Int) {
        self.bodyBytes &+= UInt64(content)
        if self.progress == .tunnel {
            self.call.connection?.send(wire)
            return self.watchUpstream()
        }
        guard self.bodyBytes <= self.maximumBody else { return self.bodyTooLarge() }
        guard let upstream = self.call.connection else { return }
        defer { self.watchUpstream() }
        self.attempt.hasSentBody = true
        if self.attempt.isHeadUnsent {
            self.attempt.isHeadUnsent = false
            self.upstreamHead.withSpan { upstream.send($0, wire) }
        } else {
            upstream.send(wire)
        }
    }

    func pauseBody() {
        guard self.progress == .forwarding, self.call.connection?.isConnected == true else { return }
        self.sendHead()
    }

    func endBody() {
        self.isBodyComplete = true
        switch self.progress {
        case .none, .waitingForKeys: return
        case .reading: if self.head.framing.hasContent { self.answerLocally() }
        case .tunnel: self.call.connection?.endSending()
        case .forwarding, .answering:
            guard let upstream = self.call.connection, upstream.isConnected else { return }
            self.sendHead()
            upstream.requestIsComplete = true
            self.watchUpstream()
        }
    }

    func failBody(_ failure: ServerRequestFailure) {
        self.abandonUpstream()
        guard self.progress != .answering && self.progress != .tunnel else { return self.cut() }
        switch failure {
        case .timeout: self.refuse(Refusal(.requestTimeout))
        case .malformed(let error): self.refuse(Refusal(RefusalCode(error)))
        case .overloaded: self.refuse(Refusal(.overloaded))
        }
    }

    private func bodyTooLarge() {
        self.abandonUpstream()
        if self.progress == .answering { return self.cut() }
        self.refuse(Refusal(.bodyTooLarge))
    }

    func clientLeft() {
        self.abandonUpstream()
        guard self.progress != .none else { return }
        if self.progress == .waitingForKeys { self.worker.keys.remove(self) }
        self.progress = .none
        // The status that nginx writes for a client that went away; it is in no answer.
        if self.status == 0 { self.status = 499 }
        self.record()
        self.worker.exchangeEnded(self)
    }

    // MARK: - Failure

    func upstreamFailed(_ failure: ClientFailure) {
        self.upstreamDeadline = .max
        // An answer that has begun cannot be completed.
        guard self.progress == .forwarding else { return self.cut() }
        guard let upstream = self.upstream, self.mayBeSentAgain(to: upstream, after: failure) else {
            return self.refuse(Refusal(RefusalCode(failure)))
        }
        self.attempt.repeats()
        self.send(to: upstream.choose(after: self.endpoint), fresh: true)
    }

    private func mayBeSentAgain(to upstream: Upstream, after failure: ClientFailure) -> Bool {
        self.attempt.mayBeRepeated(
            after: failure,
            isIdempotent: self.head.method.isIdempotent,
            hasOtherServers: upstream.endpoints.count > 1
        )
    }

    /// Called by the worker's tick.
    func checkDeadlines(now: UInt64) {
        if now >= self.routeDeadline { return self.timeIsUp() }
        if now >= self.upstreamDeadline { return self.upstreamIsLate() }
        if now >= self.keysDeadline { self.keysAreLate() }
    }

    private func upstreamIsLate() {
        guard self.progress == .forwarding && self.call.connection?.isConnected != true else { return self.timeIsUp() }
        let failure = self.call.connection == nil ? ClientFailure.unavailable : .connectTimeout
        self.abandonUpstream()
        self.upstreamFailed(failure)
    }

    private func timeIsUp() {
        self.abandonUpstream()
        self.routeDeadline = .max
        switch self.progress {
        case .none, .reading, .waitingForKeys: return
        case .forwarding: self.refuse(Refusal(.upstreamTimeout))
        case .answering, .tunnel: self.cut()
        }
    }

    // Judged by the keys that are there.
    private func keysAreLate() {
        self.worker.keys.remove(self)
        self.keysArrived()
    }
}

extension RefusalCode {
    init(_ failure: ClientFailure) {
        switch failure {
        case .connect, .handshake, .endedBeforeAnswer, .truncated, .malformed: self = .upstreamFailed
        case .connectTimeout: self = .upstreamTimeout
        case .unavailable: self = .upstreamUnavailable
        }
    }
}
