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
        self.upstream = upstream
        self.progress = .forwarding
        self.upstreamStartedAt = self.startedAt
        if let timeout = plan.timeout { self.routeDeadline = self.worker.loop.milliseconds + timeout }
        self.send(to: upstream.choose(), fresh: false)
    }

    private func send(to endpoint: Endpoint, fresh: Bool) {
        self.endpoint = endpoint
        self.address(endpoint)
        self.isHeadUnsent = true
        self.wasReused = false
        switch endpoint.acquire(for: self.call, fresh: fresh) {
        case .ready:
            self.wasReused = true
            self.upstreamConnected()
        case .connecting: self.upstreamDeadline = self.worker.loop.milliseconds + self.upstream!.timeouts.connect
        case .failed(let failure): self.upstreamFailed(failure)
        }
    }

    func upstreamConnected() {
        guard let upstream = self.upstream else { return }
        self.upstreamDeadline = self.worker.loop.milliseconds + upstream.timeouts.firstByte
        if self.head.framing.hasContent && !self.isBodyComplete {
            // The head waits for the first bytes of the body, which may be at hand: see `bodyPaused`.
            self.connection?.resumeReading()
            return
        }
        self.sendHead()
        self.call.connection?.requestIsComplete = true
    }

    private func sendHead() {
        guard self.isHeadUnsent else { return }
        self.isHeadUnsent = false
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
        guard self.bodyBytes <= self.maximumBody else { return self.bodyTooLarge() }
        guard let upstream = self.call.connection else { return }
        self.upstreamDeadline = self.worker.loop.milliseconds + (self.upstream?.timeouts.firstByte ?? 0)
        if self.progress == .tunnel {
            self.extendTunnel()
            return upstream.send(wire)
        }
        self.hasSentBody = true
        if self.isHeadUnsent {
            self.isHeadUnsent = false
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
        guard self.progress == .forwarding else {
            // The answer has begun and cannot be completed.
            return self.cut()
        }
        if self.mayBeSentAgain(after: failure) {
            self.hasSentAgain = true
            self.send(to: self.upstream!.choose(after: self.endpoint), fresh: true)
            return
        }
        self.refuse(Refusal(RefusalCode(failure)))
    }

    /// RFC 9110 9.2.2, and the contract's "Sending again": once, on a fresh connection, if nothing was sent, or if a reused
    /// connection ended before the answer, the request is idempotent and its body is still at hand.
    private func mayBeSentAgain(after failure: ClientFailure) -> Bool {
        guard !self.hasSentAgain else { return false }
        switch failure {
        case .connect, .handshake: return !self.hasSentBody
        case .endedBeforeAnswer: return self.wasReused && self.head.method.isIdempotent && !self.head.framing.hasContent
        case .connectTimeout, .truncated, .malformed, .timeout, .unavailable: return false
        }
    }

    /// Called by the worker's tick.
    func checkDeadlines(now: UInt64) {
        guard now >= self.upstreamDeadline || now >= self.routeDeadline else { return }
        self.abandonUpstream()
        self.routeDeadline = .max
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
