import Bytes
import HTTP
import HTTPConnections
import Transport

/// The second half of *forward*: the upstream's answer on its way down.
extension Exchange {
    /// Whether chunks go down as they came: to a client that knows them.
    var relaysChunks: Bool { self.head.version != .http10 }

    func interimArrived(_ answer: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        // The gateway has asked for the body itself; 100 would come twice.
        guard answer.status != 100, let connection = self.connection else { return }
        guard self.head.version != .http10 else { return }
        connection.startHead(status: answer.status, reason: bytes.bytes(answer.reason))
        self.copyLines(answer, bytes, to: connection)
        connection.sendInterim()
    }

    func answerHeadArrived(_ answer: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        guard let connection = self.connection else { return self.abandonUpstream() }
        // An answer to nothing: the server took its leave of an idle connection, and the request was not sent yet.
        guard !self.forwarding.attempt.isHeadUnsent else {
            self.abandonUpstream()
            return self.upstreamFailed(.endedBeforeAnswer)
        }
        self.record.status = answer.status
        self.record.upstreamStatus = answer.status
        let isTunnel = answer.status == 101
        if isTunnel && !self.isUpgrade(answer, bytes) { return self.upstreamBrokeProtocol() }
        self.progress = .answering
        connection.startHead(status: answer.status, reason: bytes.bytes(answer.reason))
        self.copyLines(answer, bytes, to: connection)
        self.addOwnLines(to: connection)
        if isTunnel { self.addUpgradeLines(answer, bytes, to: connection) }
        connection.endHead(isTunnel ? .tunnel : AnswerFraming(answer))
        if isTunnel { self.beginTunnel() }
    }

    func answerBodyArrived(_ bytes: Span<UInt8>) {
        guard let connection = self.connection else { return }
        self.record.answerBytes &+= UInt64(bytes.count)
        connection.sendBody(bytes)
    }

    /// There is more of the answer to come, and none of it at hand.
    func answerPaused() {
        self.connection?.flushHead()
        self.watchUpstream()
    }

    func answerEnded() {
        self.forwarding.upstreamDeadline = .max
        self.end()
    }

    // RFC 9110 7.8: to one of the protocols that were asked for, and the route lets only one through.
    private func isUpgrade(_ answer: borrowing ResponseHead, _ bytes: Span<UInt8>) -> Bool {
        guard self.upgradeWasAsked, let upgrade = answer.fields.value(of: .upgrade) else { return false }
        let chosen = bytes.bytes(upgrade)
        return self.plan.upgrades.contains { chosen.equalsIgnoringCase($0.span) }
    }

    // 101 to a request that did not ask for it, RFC 9110 15.2.2.
    private func upstreamBrokeProtocol() {
        self.abandonUpstream()
        self.refuse(Refusal(.upstreamFailed))
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
        if self.learned.match != nil {
            let plan = self.plan
            if !plan.responseLines.isEmpty { connection.addLines(plan.responseLines) }
        }
        self.addCrossOriginLines(to: connection)
        let transport = self.worker.listeners[connection.listenerIndex].strictTransportLine
        if !transport.isEmpty { connection.addLines(transport) }
    }

    // MARK: - Upgrades

    private func addUpgradeLines(
        _ answer: borrowing ResponseHead,
        _ bytes: Span<UInt8>,
        to connection: ServerConnection
    ) {
        connection.addLine("Connection", "Upgrade".utf8.span)
        if let upgrade = answer.fields.value(of: .upgrade) { connection.addLine("Upgrade", bytes.bytes(upgrade)) }
    }

    private func beginTunnel() {
        self.connection?.flushHead()
        self.progress = .tunnel
        self.forwarding.routeDeadline = self.tunnelEnd
        self.watchUpstream()
        self.connection?.resumeReading()
    }

    /// How long a tunnel may outlive its token, in milliseconds.
    static let tunnelGrace: UInt64 = 60_000

    // A stream does not outlive its token.
    private var tunnelEnd: UInt64 {
        guard let token = self.learned.remembered?.token else { return .max }
        let seconds = max(token.expiresAt - self.worker.wallSeconds, 0)
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

/// Neighbouring lines that are copied at once.
struct LineRun {
    private(set) var range = ByteRange.empty

    /// False when `line` does not follow: copy `range`, then `restart`.
    @inline(__always)
    mutating func extend(_ line: ByteRange) -> Bool {
        if self.range.isEmpty {
            self.range = line
            return true
        }
        guard self.range.end == Int(line.start) else { return false }
        self.range.count += line.count
        return true
    }

    @inline(__always)
    mutating func restart(_ line: ByteRange) {
        self.range = line
    }
}
