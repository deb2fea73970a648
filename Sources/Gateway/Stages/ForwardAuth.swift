import Bytes
import HTTP
import HTTPConnections
import Policy
import Telemetry
import Transport

/// Forward-auth: a proxy asks whether to let a request of its own client pass. That one goes the way of all requests, and
/// only what becomes of it differs: an answer in place of *prepare* and *forward*.
extension Exchange {
    /// Part of *sanitise*: on a path of forward-auth the head speaks of the original request from here on.
    func learnOriginal(_ listener: ListenerState) throws(Refusal) {
        let form = self.headBytes.withSpan { ForwardAuthForm(askedOn: $0.bytes(self.head.path)) }
        guard let form else { return }
        self.path.append(form.path)
        guard let settings = listener.settings.forwardAuth else { throw Refusal(.routeNotFound) }
        self.learned.forwardAuth = ForwardAuthCall(form: form, isHead: self.head.method == .head)
        guard self.learned.isFromTrustedPeer else { throw self.distrust(listener) }
        let original: OriginalRequest
        do throws(OriginalRequestFault) {
            original = try self.readOriginal(form, settings)
        } catch {
            throw self.unreadable(error)
        }
        try self.speak(of: original)
        self.path.removeAll()
    }

    private func readOriginal(
        _ form: ForwardAuthForm,
        _ settings: ForwardAuthSettings
    ) throws(OriginalRequestFault) -> OriginalRequest {
        try self.headBytes.withSpan { bytes throws(OriginalRequestFault) in
            switch form {
            case .authRequest:
                try OriginalRequest(toldBy: self.head, bytes, assumesGET: settings.assumesGET)
            case .forward: try OriginalRequest(toldBy: self.head, bytes, assumesGET: false)
            case .envoy: try OriginalRequest(behindPrefixOf: form.path.utf8CodeUnitCount, self.head, bytes)
            }
        }
    }

    private func speak(of original: OriginalRequest) throws(Refusal) {
        guard original.target.count <= self.worker.limits.targetBytes else { throw self.refusal(.targetTooLong) }
        let method = original.method ?? self.appendGET()
        let isWhole = self.headBytes.withSpan { bytes in
            self.head.speak(ofMethod: method, target: original.target, host: original.host, in: bytes)
        }
        guard isWhole else { throw self.refusal(.requestMalformed) }
        self.learned.originalScheme = original.scheme
    }

    // The name has to lie where those of all methods do.
    private func appendGET() -> ByteRange {
        let start = self.headBytes.count
        self.headBytes.append(Method.get.name)
        return ByteRange(start..<self.headBytes.count)
    }

    /// Part of *sanitise*: under the prefix of its own paths the gateway has no others.
    func keepOwnPaths() throws(Refusal) {
        // Sign-in has more of them, and looks after all that lies there.
        guard self.learned.forwardAuth == nil, self.state.sessionKit == nil else { return }
        let isOwn = self.path.withSpan { ForwardAuthForm.isBelowPrefix($0) }
        guard !isOwn else { throw Refusal(.routeNotFound) }
    }

    // MARK: - Refusals

    /// To a proxy each 200 means that the request may pass, so that no refusal may be one. It may also ask where nobody
    /// answers: on another listener, or since a policy without `forward_auth`.
    var askingProxy: ForwardAuthForm? {
        if let call = self.learned.forwardAuth { return call.form }
        return self.path.withSpan { ForwardAuthForm.isBelowPrefix($0) } ? .forward : nil
    }

    /// The original request's fault says nothing of where the next question begins.
    private func refusal(_ code: RefusalCode) -> Refusal {
        var refusal = Refusal(code)
        refusal.keepsConnection = true
        return refusal
    }

    private func unreadable(_ fault: OriginalRequestFault) -> Refusal {
        self.worker.log.report(.warning, "forward_auth_unreadable", "\(fault.explanation)")
        if case .tunnel = fault { return self.refusal(.notImplemented) }
        return self.refusal(.requestMalformed)
    }

    private func distrust(_ listener: ListenerState) -> Refusal {
        self.worker.log.report(
            .warning,
            "forward_auth_untrusted",
            "A peer outside of listeners.\(listener.settings.name).trusted_proxies asked for forward-auth.",
            [LogField("client", .text(self.client.withSpan { $0.string }))]
        )
        return Refusal(.networkDenied)
    }

    // MARK: - Answers

    /// Consumes the permit: the proxy may let the request pass, and learns who asks.
    func confirm(_ permit: consuming Permit) throws(Refusal) {
        try self.writeIdentity(permit)
        try self.limitBody(to: min(self.learned.maximumBody, ForwardAuthCall.maximumBodyByteCount))
        if self.head.expectsContinue && self.head.framing.hasContent { self.connection?.sendContinue() }
        self.readThenAnswer()
    }

    /// Nothing of the route's own fields is in it: proxies may copy what they find here into the request.
    func answerAllowed(_ connection: ServerConnection) {
        self.record.decision = .allow
        self.startOwnAnswer(200, on: connection)
        self.upstreamHead.withSpan { connection.addLines($0) }
        connection.addLine("Cache-Control", "no-store".utf8.span)
        // A session goes on in the browser, to which the proxy hands its cookie: without it a rotated refresh token would
        // be lost.
        if !self.learned.cookieLines.isEmpty { connection.addLines(self.learned.cookieLines) }
        self.requestID.withSpan { connection.addLine("X-Request-Id", $0) }
        self.endOwnAnswer(ByteBuffer().span, on: connection)
    }
}
