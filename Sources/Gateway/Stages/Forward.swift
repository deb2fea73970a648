import Bytes
import HTTP
import HTTPConnections
import Policy
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
        self.forwarding.upstream = upstream
        self.progress = .forwarding
        self.record.upstreamStartedAt = self.record.startedAt
        if let timeout = plan.timeout { self.forwarding.routeDeadline = self.worker.loop.milliseconds + timeout }
        self.send(to: upstream.choose(), fresh: false)
    }

    private func send(to endpoint: Endpoint, fresh: Bool) {
        self.forwarding.endpoint = endpoint
        self.address(endpoint)
        self.forwarding.isHeadUnsent = true
        switch endpoint.acquire(for: self.call, fresh: fresh) {
        case .ready: self.upstreamConnected()
        case .connecting:
            self.forwarding.upstreamDeadline =
                self.worker.loop.milliseconds + self.forwarding.upstream!.timeouts.connect
        case .failed(let failure): self.upstreamFailed(failure)
        }
    }

    func upstreamConnected() {
        self.forwarding.wasReused = self.call.connection?.isReused ?? false
        if self.head.framing.hasContent && !self.forwarding.isBodyComplete {
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
        guard let upstream = self.forwarding.upstream else { return }
        let now = self.worker.loop.milliseconds
        switch self.progress {
        case .none, .reading, .waitingForKeys: return
        case .tunnel: self.forwarding.upstreamDeadline = now + self.worker.timeouts.tunnelIdle
        case .answering:
            // A client that reads slowly is not the upstream's fault.
            let isOurTurn = (self.connection?.unsentBytes ?? 0) > 0
            self.forwarding.upstreamDeadline = isOurTurn ? .max : now + upstream.timeouts.idle
        case .forwarding:
            // It owes an answer to a whole request, and room for the rest of one.
            let isItsTurn = self.isRequestSent || (self.call.connection?.unsentBytes ?? 0) > 0
            self.forwarding.upstreamDeadline = isItsTurn ? now + upstream.timeouts.firstByte : .max
        }
    }

    private var isRequestSent: Bool {
        !self.forwarding.isHeadUnsent && (self.forwarding.isBodyComplete || !self.head.framing.hasContent)
    }

    private func sendHead() {
        guard self.forwarding.isHeadUnsent else { return }
        self.forwarding.isHeadUnsent = false
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
        self.record.bodyBytes &+= UInt64(content)
        if self.progress == .tunnel {
            self.call.connection?.send(wire)
            return self.watchUpstream()
        }
        guard self.record.bodyBytes <= self.learned.maximumBody else { return self.bodyTooLarge() }
        guard let upstream = self.call.connection else { return }
        defer { self.watchUpstream() }
        self.forwarding.hasSentBody = true
        if self.forwarding.isHeadUnsent {
            self.forwarding.isHeadUnsent = false
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
        self.forwarding.isBodyComplete = true
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
        if self.record.status == 0 { self.record.status = 499 }
        self.writeRecord()
        self.worker.exchangeEnded(self)
    }

    // MARK: - Failure

    func upstreamFailed(_ failure: ClientFailure) {
        self.forwarding.upstreamDeadline = .max
        guard self.progress == .forwarding else {
            // The answer has begun and cannot be completed.
            return self.cut()
        }
        if self.mayBeSentAgain(after: failure) {
            self.forwarding.hasSentAgain = true
            self.send(to: self.forwarding.upstream!.choose(after: self.forwarding.endpoint), fresh: true)
            return
        }
        self.refuse(Refusal(RefusalCode(failure)))
    }

    /// RFC 9110 9.2.2, and the contract's "Sending again": once, on a fresh connection, if nothing was sent, or if a reused
    /// connection ended before the answer, the request is idempotent and its body is still at hand.
    private func mayBeSentAgain(after failure: ClientFailure) -> Bool {
        guard !self.forwarding.hasSentAgain else { return false }
        switch failure {
        case .connect, .connectTimeout, .handshake, .unavailable: return !self.forwarding.hasSentBody
        case .endedBeforeAnswer:
            if self.forwarding.isHeadUnsent { return true }
            return self.forwarding.wasReused && self.head.method.isIdempotent && !self.head.framing.hasContent
        case .truncated, .malformed, .timeout: return false
        }
    }

    /// Called by the worker's tick.
    func checkDeadlines(now: UInt64) {
        guard now >= self.forwarding.upstreamDeadline || now >= self.forwarding.routeDeadline else { return }
        let isConnecting = self.progress == .forwarding && self.call.connection?.isConnected != true
        self.abandonUpstream()
        if isConnecting && now < self.forwarding.routeDeadline { return self.upstreamFailed(.connectTimeout) }
        self.forwarding.routeDeadline = .max
        switch self.progress {
        case .none, .reading: return
        case .waitingForKeys:
            self.worker.keys.remove(self)
            self.keysArrived()
        case .forwarding: self.refuse(Refusal(.upstreamTimeout))
        case .answering, .tunnel: self.cut()
        }
    }
}

extension RefusalCode {
    init(_ failure: ClientFailure) {
        switch failure {
        case .connect, .handshake, .endedBeforeAnswer, .truncated, .malformed: self = .upstreamFailed
        case .connectTimeout, .timeout: self = .upstreamTimeout
        case .unavailable: self = .upstreamUnavailable
        }
    }
}
