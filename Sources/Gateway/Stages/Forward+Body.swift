import Bytes
import HTTP
import HTTPConnections
import Policy

/// The request's body on its way up, as it comes.
extension Exchange {
    /// Whether there is more of the body to come from the client.
    var owesBody: Bool { self.head.framing.hasContent && !self.forwarding.isBodyComplete }

    /// Back-pressure: as long as the upstream has not taken what it was sent, the client is not read.
    var wantsBody: Bool {
        switch self.progress {
        case .none, .judging, .waitingForKeys, .waitingForAnswer: false
        case .reading: true
        case .forwarding, .answering, .tunnel:
            self.call.connection.map { $0.isConnected && $0.unsentBytes == 0 } ?? false
        }
    }

    /// `wire` is a piece as it came, in chunks if the request has them; `content` of its bytes are the body's own.
    func sendBody(_ wire: Span<UInt8>, content: Int) {
        self.record.bodyBytes &+= UInt64(content)
        guard self.progress != .tunnel else { return self.sendThroughTunnel(wire) }
        guard self.record.bodyBytes <= self.learned.maximumBody else { return self.bodyTooLarge() }
        if self.learned.endpoint != nil { return self.gatherBody(wire) }
        guard let upstream = self.call.connection else { return }
        let isHeadUnsent = self.forwarding.attempt.isHeadUnsent
        self.forwarding.attempt.bodySent()
        if isHeadUnsent {
            self.upstreamHead.withSpan { upstream.send($0, wire) }
        } else {
            upstream.send(wire)
        }
        self.watchUpstream()
    }

    private func sendThroughTunnel(_ wire: Span<UInt8>) {
        self.call.connection?.send(wire)
        self.watchUpstream()
    }

    /// None of the body is at hand: the head goes up alone.
    func pauseBody() {
        guard self.progress == .forwarding, self.call.connection?.isConnected == true else { return }
        self.sendHead()
    }

    func endBody() {
        self.forwarding.isBodyComplete = true
        switch self.progress {
        case .none, .judging, .waitingForKeys, .waitingForAnswer: return
        case .reading: if self.head.framing.hasContent { self.answerWhatWasRead() }
        case .tunnel: self.call.connection?.endSending()
        case .forwarding, .answering: self.endRequest()
        }
    }

    private func answerWhatWasRead() {
        if self.learned.endpoint != nil { self.answerEndpoint() } else { self.answerLocally() }
    }

    private func endRequest() {
        guard let upstream = self.call.connection, upstream.isConnected, !upstream.requestIsComplete else { return }
        self.sendHead()
        upstream.requestIsComplete = true
        self.watchUpstream()
    }

    func failBody(_ failure: ServerRequestFailure) {
        self.refuseOrCut(RefusalCode(failure))
    }

    private func bodyTooLarge() {
        self.refuseOrCut(.bodyTooLarge)
    }

    // An answer that has begun can be no other one any more.
    private func refuseOrCut(_ code: RefusalCode) {
        self.abandonUpstream()
        if self.progress == .answering || self.progress == .tunnel { return self.cut() }
        self.refuse(Refusal(code))
    }
}
