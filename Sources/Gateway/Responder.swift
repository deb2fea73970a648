import Bytes
import HTTP
import HTTPConnections
import Policy

/// The one way out for the gateway's own answers: refusals, and what `respond`, `redirect` and `echo` say.
extension Exchange {
    /// Ends the request with a refusal.
    func refuse(_ refusal: Refusal) {
        guard self.progress != .none else { return }
        guard let connection = self.connection else { preconditionFailure("a request under way has its connection") }
        self.abandonUpstream()
        self.record.refusalCode = refusal.code
        self.record.decision = refusal.code.isUpstreamFault ? self.record.decision : .deny
        self.worker.counters.countRefusal(self, refusal)
        var refusal = refusal
        if self.learned.hasProof { refusal.scheme = .proof }
        if refusal.code.closesConnection && !refusal.keepsConnection { connection.closesAfterAnswer = true }
        if refusal.code == .loginRequired && self.sentToSignIn(on: connection) { return }
        let form = RefusalForm(self.head, self.headBytes, askedBy: self.askingProxy)
        self.startOwnAnswer(form.status(of: refusal.code), on: connection)
        var fields = ByteBuffer()
        form.appendFields(refusal, to: &fields)
        fields.withSpan { connection.addLines($0) }
        var body = ByteBuffer()
        let loginURL = refusal.code == .loginRequired ? self.loginURL : nil
        form.append(refusal.code, self.requestID, loginURL: loginURL, to: &body)
        self.finishOwnAnswer(&body, on: connection)
    }

    /// The answer to something that never became a request. `connection` closes afterwards.
    ///
    /// `proxy` is there when it is known that one asks for forward-auth.
    func refuseUnread(
        _ failure: ServerRequestFailure,
        on connection: ServerConnection,
        askedBy proxy: ForwardAuthForm? = nil
    ) {
        connection.adopt(self)
        self.begin()
        self.requestID.make(&self.worker.random)
        self.client.append(connection.peerText)
        if let proxy {
            self.path.append(proxy.path)
            self.learned.forwardAuth = ForwardAuthCall(form: proxy, isHead: false)
        }
        self.refuse(Refusal(RefusalCode(failure)))
    }

    func startOwnAnswer(_ status: UInt16, on connection: ServerConnection) {
        self.record.status = status
        connection.startHead(status: status, reason: StatusPhrase.of(status).utf8Span)
        self.worker.addDate(to: connection)
    }

    /// Content-Length, the gateway's own fields, the body unless the method is HEAD.
    func finishOwnAnswer(_ body: inout ByteBuffer, on connection: ServerConnection) {
        body.withSpan { self.finishOwnAnswer($0, on: connection) }
    }

    func finishOwnAnswer(_ body: Span<UInt8>, on connection: ServerConnection) {
        self.addOwnLines(to: connection)
        self.endOwnAnswer(body, on: connection)
    }

    func endOwnAnswer(_ body: Span<UInt8>, on connection: ServerConnection) {
        let status = self.record.status
        let hasBody = status >= 200 && status != 204 && status != 304
        if hasBody { connection.addLine("Content-Length", decimal: UInt64(body.count)) }
        let isHead = self.learned.forwardAuth?.isHead ?? (self.head.method == .head)
        let sendsBody = hasBody && !isHead
        connection.endHead(sendsBody ? .length : .none)
        if sendsBody {
            self.record.answerBytes = UInt64(body.count)
            connection.sendBody(body)
        }
        self.end()
    }
}
