import Bytes
import HTTP
import Login
import OAuth
import Policy
import Upstreams

/// *prepare*: consumes the permit and puts the upstream's head together: hop-by-hop fields out, identity in.
extension Exchange {
    func prepare(_ permit: consuming Permit) throws(Refusal) {
        let plan = self.plan
        self.headBytes.withSpan { bytes in
            self.writeRequestLine(bytes, plan)
            self.writeHost(bytes, plan)
            self.copyFields(bytes, plan)
            self.writeFraming(bytes)
            self.writeForwarding(bytes, plan)
        }
        try self.writeIdentity(permit)
        self.upstreamHead.append(plan.requestLines)
        self.forwarding.preparedBytes = self.upstreamHead.count
        if self.keepsHost { self.upstreamHead.append("\r\n") }
    }

    private func writeRequestLine(_ bytes: Span<UInt8>, _ plan: RoutePlan) {
        self.upstreamHead.append(bytes.bytes(self.head.methodRange))
        self.upstreamHead.append(" ")
        self.path.withSpan { path in
            if plan.stripPrefix.isEmpty { return self.upstreamHead.append(path) }
            let prefix = plan.stripPrefix
            let rest = path.behindPrefix(prefix.span)
            if rest.isEmpty { self.upstreamHead.append("/") } else { self.upstreamHead.append(rest) }
        }
        self.upstreamHead.append(bytes.bytes(self.head.query))
        self.upstreamHead.append(" HTTP/1.1\r\n")
    }

    private func writeHost(_ bytes: Span<UInt8>, _ plan: RoutePlan) {
        // The server's own name comes last, once the server is chosen: see `address`.
        guard self.keepsHost else { return }
        self.upstreamHead.append("Host: ")
        self.upstreamHead.append(bytes.bytes(self.head.host))
        self.upstreamHead.append("\r\n")
    }

    /// Ends the head for the server that it goes to, which may be another one the second time.
    func address(_ endpoint: Endpoint) {
        guard !self.keepsHost else { return }
        self.upstreamHead.removeLast(self.upstreamHead.count - self.forwarding.preparedBytes)
        self.endHead(host: endpoint.authority)
    }

    func endHead(host: [UInt8]) {
        self.upstreamHead.append("Host: ")
        self.upstreamHead.append(host)
        self.upstreamHead.append("\r\n\r\n")
    }

    /// Whether the client's Host goes up: not with `host: upstream`, and not when HTTP/1.0 came without one.
    var keepsHost: Bool { self.plan.preservesHost && !self.head.host.isEmpty }

    // MARK: - What the gateway says

    private func writeFraming(_ bytes: Span<UInt8>) {
        if self.head.framing == .chunked { self.upstreamHead.append("Transfer-Encoding: chunked\r\n") }
        if self.upgradeWasAsked {
            self.upstreamHead.append("Connection: Upgrade\r\nUpgrade: ")
            self.upstreamHead.append(bytes.bytes(self.head.upgrade))
            self.upstreamHead.append("\r\n")
        }
    }

    /// Whether the client asks for a protocol that the route lets through.
    var upgradeWasAsked: Bool {
        guard self.head.asksUpgrade, self.head.version == .http11, !self.head.framing.hasContent else { return false }
        let plan = self.plan
        return self.headBytes.withSpan { bytes in
            let asked = bytes.bytes(self.head.upgrade)
            return plan.upgrades.contains { asked.equalsIgnoringCase($0.span) }
        }
    }

    private func writeForwarding(_ bytes: Span<UInt8>, _ plan: RoutePlan) {
        guard let connection = self.connection else { return }
        let listener = self.worker.listeners[connection.listenerIndex]
        let peer = connection.peerText
        if self.learned.isFromTrustedPeer {
            ForwardingHeaders.appendMissing(self.head, bytes, peer: peer, listener: listener, to: &self.upstreamHead)
        } else {
            let host = bytes.bytes(self.head.host)
            ForwardingHeaders.append(peer: peer, host: host, listener: listener, to: &self.upstreamHead)
        }
        if !plan.stripPrefix.isEmpty {
            self.upstreamHead.append("X-Forwarded-Prefix: ")
            self.upstreamHead.append(plan.stripPrefix)
            self.upstreamHead.append("\r\n")
        }
        self.upstreamHead.append("X-Request-Id: ")
        self.requestID.withSpan { self.upstreamHead.append($0) }
        self.upstreamHead.append("\r\n")
        if !self.continuesTrace(bytes) { self.startTrace() }
    }

    func writeIdentity(_ permit: consuming Permit) throws(Refusal) {
        guard let principal = permit.principal, let remembered = self.learned.remembered,
            remembered.principal === principal
        else { return }
        if self.plan.sendsSessionToken, let session = remembered as? RememberedSession {
            self.upstreamHead.append(session.authorization)
        }
        let configuration = self.rules.identity
        let policy = self.state.number
        if let lines = remembered.identity.lines(configuration, policy: policy) {
            return self.upstreamHead.append(lines)
        }
        var lines = ByteBuffer()
        if let code = self.state.routes.identities[configuration].append(principal, to: &lines) {
            throw Refusal(code)
        }
        remembered.identity.keep(lines.span.array, configuration, policy: policy)
        self.upstreamHead.append(lines.span)
    }

    // MARK: - Trace context

    /// Whether the client's trace goes on. A parent that is repeated or malformed is as good as none.
    func continuesTrace(_ bytes: Span<UInt8>) -> Bool {
        guard self.head.fields.count(of: .traceparent) == 1, let range = self.head.fields.value(of: .traceparent) else {
            return false
        }
        return TraceParent.isValid(bytes.bytes(range))
    }

    // Sampled, because that is what a service without a parent does by default. A request identifier of our own names the
    // trace too, so that logs and traces find each other.
    private func startTrace() {
        self.upstreamHead.append("traceparent: 00-")
        if self.requestID.isOwn {
            self.requestID.withSpan { self.upstreamHead.append($0) }
        } else {
            self.upstreamHead.append(hexadecimal: self.worker.random.next() | 1, digits: 16)
            self.upstreamHead.append(hexadecimal: self.worker.random.next(), digits: 16)
        }
        self.upstreamHead.append("-")
        self.upstreamHead.append(hexadecimal: self.worker.random.next() | 1, digits: 16)
        self.upstreamHead.append("-01\r\n")
    }
}
