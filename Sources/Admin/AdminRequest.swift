import Bytes
import HTTP
import HTTPConnections
import Telemetry

/// One request to an admin listener and its answer.
final class AdminRequest: ServerRequest {
    private unowned let context: AdminContext

    init(context: AdminContext) {
        self.context = context
        super.init()
    }

    override func headArrived() {
        guard let connection = self.connection else { return }
        let host = self.headBytes.withSpan { AdminHost.isOurs($0.bytes(self.head.host)) }
        guard host else { return self.answer(AdminAnswer(status: 403, says: "This host is not known here.")) }
        guard self.head.method == .get || self.head.method == .head else {
            return self.answer(AdminAnswer(status: 405, says: "Only GET and HEAD are answered here."))
        }
        let path = self.headBytes.withSpan { $0.bytes(self.head.path).string }
        let offer = AdminOffer(rawValue: connection.listenerIndex) ?? .probes
        // The answer may have to be put together by the workers first; the client may be gone by then.
        self.context.pages.answer(path, offer) { [self] in self.answer($0) }
    }

    /// The rest of a request that nobody waits for did not come.
    override func bodyFailed(_ failure: ServerRequestFailure) { self.connection?.cutAnswer() }

    /// What arrived is no request.
    func refuse(_ failure: ServerRequestFailure) {
        switch failure {
        case .timeout: self.answer(AdminAnswer(status: 408, says: "The request did not arrive in time."))
        case .overloaded: self.answer(AdminAnswer(status: 503, says: "There is no room for this connection."))
        case .malformed(let error):
            self.answer(AdminAnswer(status: UInt16(error.status), says: "The request is malformed."))
        }
    }

    private func answer(_ answer: AdminAnswer) {
        guard let connection = self.connection else { return }
        let phrase = "\(StatusPhrase.of(answer.status))"
        let commonLines = AdminAnswer.commonLines
        connection.startHead(status: answer.status, reason: phrase.utf8.span)
        connection.addLine("Date", HTTPDate.text(WallClock.milliseconds / 1000).utf8.span)
        connection.addLines(commonLines.span)
        connection.addLine("Content-Type", answer.contentType.utf8.span)
        if answer.status == 405 { connection.addLine("Allow", "GET, HEAD".utf8.span) }
        if let policy = answer.contentSecurityPolicy {
            connection.addLine("Content-Security-Policy", policy.utf8.span)
        }
        connection.addLine("Content-Length", decimal: UInt64(answer.body.count))
        let sendsBody = self.head.method != .head
        connection.endHead(sendsBody ? .length : .none)
        if sendsBody { connection.sendBody(answer.body.span) }
        connection.endAnswer()
    }
}
