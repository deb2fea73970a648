import Bytes
import HTTP
import HTTPConnections
import Policy
import Reactor
import Telemetry
import Upstreams

/// *forward*: the prepared request goes up. It goes a second time only where nothing can happen twice.
extension Exchange {
    func forward() {
        if self.head.expectsContinue && self.head.framing.hasContent { self.connection?.sendContinue() }
        guard case .forward(let planned) = self.plan.destination else { return self.readThenAnswer() }
        self.forwarding.planned = planned
        self.progress = .forwarding
        // On the usual way no time has passed worth looking at the clock.
        self.record.upstreamStartedAt =
            self.learned.hasWaitedForKeys ? MonotonicClock.nanoseconds : self.record.startedAt
        if let timeout = self.plan.timeout { self.forwarding.routeDeadline = self.worker.loop.milliseconds + timeout }
        self.send(to: planned.upstream.choose(), fresh: false)
    }

    /// What is answered here is answered when the request's body was read.
    func readThenAnswer() {
        self.progress = .reading
        if !self.head.framing.hasContent { self.answerLocally() }
    }

    private func send(to endpoint: Endpoint, fresh: Bool) {
        self.forwarding.endpoint = endpoint
        self.address(endpoint)
        switch endpoint.acquire(for: self.call, fresh: fresh) {
        case .ready: self.upstreamConnected()
        case .connecting, .queued: self.limitConnecting()
        case .failed(let failure): self.upstreamFailed(failure)
        }
    }

    func upstreamConnected() {
        self.forwarding.attempt.began(onReused: self.call.connection?.isReused ?? false)
        if self.owesBody {
            // The head waits for the first bytes of the body, which may be at hand: see `pauseBody`.
            self.connection?.resumeReading()
        } else {
            self.sendHead()
            self.call.connection?.requestIsComplete = true
        }
        self.watchUpstream()
    }

    /// Sends the head, unless that was done.
    func sendHead() {
        guard self.forwarding.attempt.isHeadUnsent else { return }
        self.forwarding.attempt.headSent()
        self.upstreamHead.withSpan { self.call.connection?.send($0) }
    }

    // MARK: - Failure

    func upstreamFailed(_ failure: ClientFailure) {
        self.forwarding.upstreamDeadline = .max
        // An answer that has begun cannot be completed.
        guard self.progress == .forwarding else { return self.cut() }
        guard let upstream = self.forwarding.upstream, self.mayBeSentAgain(to: upstream, after: failure) else {
            self.reportFailure(failure)
            return self.refuse(Refusal(RefusalCode(failure)))
        }
        self.forwarding.attempt.repeats()
        self.send(to: upstream.choose(after: self.forwarding.endpoint), fresh: true)
    }

    // What no client is told. Why a connection could not be made is said where that is known: see `Endpoint`.
    private func reportFailure(_ failure: ClientFailure) {
        switch failure {
        case .connect, .connectTimeout, .handshake: return
        case .endedBeforeRequest, .endedBeforeAnswer, .truncated, .malformed, .unavailable: break
        }
        let server = self.forwarding.endpoint?.server.url ?? ""
        self.worker.log.report(
            .warning,
            "upstream_failed",
            "\(server): \(failure.explanation)",
            [LogField("upstream", .text(self.forwarding.upstream?.name ?? ""))]
        )
    }

    private func mayBeSentAgain(to upstream: Upstream, after failure: ClientFailure) -> Bool {
        self.forwarding.attempt.mayBeRepeated(
            after: failure,
            isIdempotent: self.head.method.isIdempotent,
            hasOtherServers: upstream.endpoints.count > 1
        )
    }
}

extension RefusalCode {
    init(_ failure: ClientFailure) {
        switch failure {
        case .connect, .handshake, .endedBeforeRequest, .endedBeforeAnswer, .truncated, .malformed:
            self = .upstreamFailed
        case .connectTimeout: self = .upstreamTimeout
        case .unavailable: self = .upstreamUnavailable
        }
    }
}
