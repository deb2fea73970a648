import Bytes
import HTTP
import HTTPConnections
import Login
import Transport
import Trust

/// The second half of *forward*: the upstream's answer on its way down.
extension Exchange {
    /// Whether chunks go down as they came: to a client that knows them.
    var relaysChunks: Bool { self.head.version != .http10 }

    func interimArrived(_ answer: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        if self.forwarding.attempt.isHeadUnsent { return self.giveUp(.endedBeforeAnswer) }
        // The gateway has asked for the body itself; 100 would come twice.
        guard answer.status != 100, let connection = self.connection else { return }
        guard self.head.version != .http10 else { return }
        connection.startHead(status: answer.status, reason: bytes.bytes(answer.reason))
        self.copyLines(answer, bytes, to: connection)
        connection.sendInterim()
    }

    func answerHeadArrived(_ answer: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        guard let connection = self.connection else { return self.abandonUpstream() }
        if self.forwarding.attempt.isHeadUnsent { return self.giveUp(.endedBeforeAnswer) }
        self.record.upstreamStatus = answer.status
        if answer.status == 101 { return self.upgradeArrived(answer, bytes, to: connection) }
        self.startAnswer(answer, bytes, to: connection)
        connection.endHead(AnswerFraming(answer))
    }

    private func startAnswer(_ answer: borrowing ResponseHead, _ bytes: Span<UInt8>, to connection: ServerConnection) {
        self.record.status = answer.status
        self.progress = .answering
        connection.startHead(status: answer.status, reason: bytes.bytes(answer.reason))
        self.copyLines(answer, bytes, to: connection)
        self.addOwnLines(to: connection)
        // A shared cache would hand the session to everybody, whatever the upstream says of its answer.
        if !self.learned.cookieLines.isEmpty { connection.addLine("Cache-Control", "no-store".utf8.span) }
    }

    func answerBodyArrived(_ bytes: Span<UInt8>) {
        guard let connection = self.connection else { return }
        self.record.answerBytes &+= UInt64(bytes.count)
        connection.sendBody(bytes)
    }

    /// There is more of the answer to come, and none of it at hand.
    func answerPaused() {
        self.connection?.flushHead()
        if self.rules.login != .none { self.endWithSession() }
        self.watchUpstream()
    }

    func answerEnded() {
        self.forwarding.upstreamDeadline = .max
        self.end()
    }

    // MARK: - Fields

    /// Copies the answer's end-to-end fields in runs.
    private func copyLines(_ answer: borrowing ResponseHead, _ bytes: Span<UInt8>, to connection: ServerConnection) {
        let plan = self.plan
        var run = LineRun()
        for index in 0..<answer.fields.count {
            let field = answer.fields[index]
            if plan.passesDown(field, bytes, answer) {
                if !run.extend(field.line) {
                    connection.addLines(bytes.bytes(run.range))
                    run.restart(field.line)
                }
            }
        }
        connection.addLines(bytes.bytes(run.range))
    }

    /// What the gateway adds to each answer on this route.
    func addOwnLines(to connection: ServerConnection) {
        self.requestID.withSpan { connection.addLine("X-Request-Id", $0) }
        if !self.learned.cookieLines.isEmpty { connection.addLines(self.learned.cookieLines) }
        if self.learned.match != nil {
            let plan = self.plan
            if !plan.responseLines.isEmpty { connection.addLines(plan.responseLines) }
        }
        self.addCrossOriginLines(to: connection)
        let transport = self.worker.listeners[connection.listenerIndex].strictTransportLine
        if !transport.isEmpty { connection.addLines(transport) }
    }

    // MARK: - Upgrades

    private func upgradeArrived(
        _ answer: borrowing ResponseHead,
        _ bytes: Span<UInt8>,
        to connection: ServerConnection
    ) {
        // RFC 9110 15.2.2: not without having been asked.
        guard let upgrade = self.upgrade(in: answer, bytes) else { return self.giveUp(.malformed(.badStatus)) }
        self.startAnswer(answer, bytes, to: connection)
        connection.addLine("Connection", "Upgrade".utf8.span)
        connection.addLine("Upgrade", bytes.bytes(upgrade))
        connection.endHead(.tunnel)
        self.beginTunnel()
    }

    // RFC 9110 7.8: to one of the protocols that were asked for, and the route lets only one through.
    private func upgrade(in answer: borrowing ResponseHead, _ bytes: Span<UInt8>) -> ByteRange? {
        guard self.upgradeWasAsked, let upgrade = answer.fields.value(of: .upgrade) else { return nil }
        let chosen = bytes.bytes(upgrade)
        return self.plan.upgrades.contains { chosen.equalsIgnoringCase($0.span) } ? upgrade : nil
    }

    // What comes on this connection is no answer to the request; if that was not sent yet, the server took its leave of an
    // idle connection.
    private func giveUp(_ failure: ClientFailure) {
        self.abandonUpstream()
        self.upstreamFailed(failure)
    }

    private func beginTunnel() {
        self.connection?.flushHead()
        self.progress = .tunnel
        self.forwarding.routeDeadline = self.tunnelEnd
        self.watchUpstream()
        self.connection?.resumeReading()
    }

    // What lasts is a stream: it ends with its session, which may have ended while the upstream made up its mind.
    private func endWithSession() {
        guard self.progress == .answering, self.learned.remembered is RememberedSession else { return }
        self.forwarding.routeDeadline = min(self.forwarding.routeDeadline, self.tunnelEnd)
    }

    /// How long a tunnel may outlive its token, in milliseconds.
    static let tunnelGrace: UInt64 = 60_000

    /// Called by the worker when tokens were revoked, or sessions ended: the next tick ends a tunnel of one of them.
    func tokensWereRevoked() {
        // A session's streams end with it. What a token began in HTTP goes on, as its answer was allowed.
        let isStream =
            self.progress == .tunnel || self.progress == .answering && self.learned.remembered is RememberedSession
        if isStream && self.tokenIsRevoked { self.forwarding.routeDeadline = 0 }
    }

    var tokenIsRevoked: Bool {
        if let session = self.learned.remembered as? RememberedSession {
            return self.worker.state.sessions?.isCut(session) ?? true || self.worker.authorization.isRevoked(session)
        }
        guard let token = (self.learned.remembered as? RememberedToken)?.token else { return false }
        if self.state.isEmbedded(token), self.worker.authorization.isRevoked(token) { return true }
        guard let revocations = self.worker.revocations, let grant = self.state.grantName(of: token) else {
            return false
        }
        return revocations.contains(grant)
    }

    // A stream does not outlive its token, which may have been revoked while the upstream made up its mind.
    private var tunnelEnd: UInt64 {
        guard let remembered = self.learned.remembered else { return .max }
        guard !self.tokenIsRevoked else { return 0 }
        let seconds = max(remembered.endsAt - self.worker.wallSeconds, 0)
        return self.worker.loop.milliseconds + UInt64(min(seconds, 1 << 40)) * 1000 + Self.tunnelGrace
    }
}

extension AnswerFraming {
    init(_ answer: borrowing ResponseHead) {
        switch answer.framing {
        case .none: self = .none
        case .length: self = .length
        case .chunked: self = .chunked
        case .untilClose: self = .unknownLength
        }
    }
}
