import Bytes
import HTTP
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

    // MARK: - What the client sent

    private func copyFields(_ bytes: Span<UInt8>, _ plan: RoutePlan) {
        var run = LineRun()
        for index in 0..<self.head.fields.count {
            let field = self.head.fields[index]
            guard self.passesUp(field, index, bytes, plan) else { continue }
            if !run.extend(field.line) {
                self.upstreamHead.append(bytes.bytes(run.range))
                run.restart(field.line)
            }
        }
        self.upstreamHead.append(bytes.bytes(run.range))
    }

    @inline(__always)
    private func passesUp(_ field: Field, _ index: Int, _ bytes: Span<UInt8>, _ plan: RoutePlan) -> Bool {
        switch field.id {
        case .host, .connection, .keepAlive, .proxyConnection, .proxyAuthorization, .transferEncoding, .te, .trailer,
            .upgrade, .expect, .xForwardedFor, .xRequestID:
            return false
        case .authorization where self.state.routes.protectedHeaders.index(of: bytes.bytes(field.name)) != nil:
            return false
        case .authorization:
            return self.passesAuthorization(plan) && !(plan.requestNames?.contains(bytes.bytes(field.name)) ?? false)
        case .cookie where self.hidesCookie(plan):
            if self.state.routes.protectedHeaders.index(of: bytes.bytes(field.name)) != nil { return false }
            self.writeCookies(bytes.bytes(field.value))
            return false
        default: break
        }
        let name = bytes.bytes(field.name)
        if let spoofed = self.state.routes.protectedHeaders.index(of: name) {
            self.worker.counters.countSpoofed(spoofed)
            return false
        }
        if self.isConfusing(field.id, name) { return false }
        return !self.hasUnusualFields(plan) || self.passesUnusual(field, index, name, plan, bytes)
    }

    @inline(__always)
    private func hasUnusualFields(_ plan: RoutePlan) -> Bool {
        self.head.connectionNamesFields || plan.requestNames != nil || !self.state.credentials.onlyAuthorization
            || self.head.fields.contains(.traceparent) || self.head.fields.contains(.tracestate)
    }

    private func passesUnusual(
        _ field: Field,
        _ index: Int,
        _ name: Span<UInt8>,
        _ plan: RoutePlan,
        _ bytes: Span<UInt8>
    ) -> Bool {
        if field.id == .traceparent || field.id == .tracestate { return self.continuesTrace(bytes) }
        if plan.requestNames?.contains(name) ?? false { return false }
        if case .token(_, .header(_, field: index)) = self.learned.credential, !plan.forwardsAuthorization {
            return false
        }
        guard self.head.connectionNamesFields, field.id != .contentLength, field.id != .cookie else { return true }
        return !self.head.fields.connectionNames(name, in: bytes)
    }

    /// Whether an untrusted peer must not say it, or an upstream could take it for a field that the gateway has judged.
    @inline(__always)
    private func isConfusing(_ id: FieldID, _ name: Span<UInt8>) -> Bool {
        if id == .other {
            return (self.learned.isFromTrustedPeer ? self.state.confusingNames : self.state.untrustedNames).contains(
                name
            )
        }
        return !self.learned.isFromTrustedPeer && self.state.forwardingNames.contains(name)
    }

    private func passesAuthorization(_ plan: RoutePlan) -> Bool {
        if case .token(_, .authorization) = self.learned.credential { return plan.forwardsAuthorization }
        return true
    }

    private func hidesCookie(_ plan: RoutePlan) -> Bool {
        if case .token(_, .cookie) = self.learned.credential { return !plan.forwardsAuthorization }
        return false
    }

    // The cookie that carried the token is cut out, the others go up.
    private func writeCookies(_ value: Span<UInt8>) {
        var cookies = Cookies()
        var isFirst = true
        while let cookie = cookies.next(value) {
            let name = value.extracting(cookie.name)
            if self.state.credentials.cookies.contains(where: { name.equals($0.span) }) { continue }
            self.upstreamHead.append(isFirst ? "Cookie: " : "; ")
            self.upstreamHead.append(value.extracting(cookie.pair))
            isFirst = false
        }
        if !isFirst { self.upstreamHead.append("\r\n") }
    }

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
        self.writeForwardedFor(connection.peerText, bytes)
        if !self.learned.isFromTrustedPeer || !self.head.fields.contains(.xForwardedProto) {
            self.upstreamHead.append(listener.forwardedProtoLine)
        }
        if !self.head.host.isEmpty && (!self.learned.isFromTrustedPeer || !self.head.fields.contains(.xForwardedHost)) {
            self.upstreamHead.append("X-Forwarded-Host: ")
            self.upstreamHead.append(bytes.bytes(self.head.host))
            self.upstreamHead.append("\r\n")
        }
        if !self.learned.isFromTrustedPeer || !self.head.fields.contains(.xForwardedPort) {
            self.upstreamHead.append(listener.forwardedPortLine)
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

    private func writeForwardedFor(_ peer: [UInt8], _ bytes: Span<UInt8>) {
        var isFirst = true
        if self.learned.isFromTrustedPeer {
            var next = self.head.fields.firstIndex(of: .xForwardedFor)
            while let index = next {
                self.upstreamHead.append(isFirst ? "X-Forwarded-For: " : ", ")
                self.upstreamHead.append(bytes.bytes(self.head.fields[index].value))
                isFirst = false
                next = self.head.fields.index(of: .xForwardedFor, after: index)
            }
        }
        if !peer.isEmpty {
            self.upstreamHead.append(isFirst ? "X-Forwarded-For: " : ", ")
            self.upstreamHead.append(peer)
            isFirst = false
        }
        if !isFirst { self.upstreamHead.append("\r\n") }
    }

    private func writeIdentity(_ permit: consuming Permit) throws(Refusal) {
        guard let token = permit.token, let remembered = self.learned.remembered, remembered.token === token else {
            return
        }
        let configuration = self.rules.identity
        let policy = self.state.number
        if let lines = remembered.identity.lines(configuration, policy: policy) {
            return self.upstreamHead.append(lines)
        }
        var lines = ByteBuffer()
        if let code = self.state.routes.identities[configuration].append(token, to: &lines) {
            throw Refusal(code)
        }
        remembered.identity.keep(lines.span.array, configuration, policy: policy)
        self.upstreamHead.append(lines.span)
    }
}

// MARK: - Trace context

extension Exchange {
    /// W3C Trace Context 3.2: `00-`, 32, 16 and 2 hexadecimal digits in lower case, neither identifier all zero.
    private func continuesTrace(_ bytes: Span<UInt8>) -> Bool {
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

enum TraceParent {
    static func isValid(_ value: Span<UInt8>) -> Bool {
        guard value.count >= 55, value[2] == 0x2d, value[35] == 0x2d, value[52] == 0x2d else { return false }
        // Later versions may be longer (3.2.4); ff is none.
        if value[0] == 0x66 && value[1] == 0x66 { return false }
        if value.count > 55 && (value[55] != 0x2d || (value[0] == 0x30 && value[1] == 0x30)) { return false }
        return self.isHexadecimal(value, 0..<2) && self.isIdentifier(value, 3..<35) && self.isIdentifier(value, 36..<52)
            && self.isHexadecimal(value, 53..<55)
    }

    private static func isHexadecimal(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where !(value[index].isDigit || (value[index] >= 0x61 && value[index] <= 0x66)) {
            return false
        }
        return true
    }

    private static func isIdentifier(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard self.isHexadecimal(value, range) else { return false }
        for index in range where value[index] != 0x30 { return true }
        return false
    }
}

extension Span<UInt8> {
    /// The path without a prefix of whole segments; at least `/`.
    @_lifetime(copy self)
    func behindPrefix(_ prefix: Span<UInt8>) -> Span<UInt8> {
        guard self.count >= prefix.count, self.extracting(..<prefix.count).equals(prefix) else { return self }
        if self.count == prefix.count { return self.extracting(self.count..<self.count) }
        return self[prefix.count] == UInt8(ascii: "/") ? self.extracting(prefix.count...) : self
    }
}
