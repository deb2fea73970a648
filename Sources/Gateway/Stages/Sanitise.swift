import Bytes
import HTTP
import HTTPConnections
import Policy

/// *sanitise*: who asks, and for which path. The path gets its one meaning here, once.
extension Exchange {
    func sanitise() throws(Refusal) {
        guard let connection = self.connection else { preconditionFailure("a request without its connection") }
        let listener = self.worker.listeners[connection.listenerIndex]
        self.learnClient(connection, listener)
        self.learnRequestID()
        try self.checkTarget(listener)
        if self.state.answersForwardAuth { try self.learnOriginal(listener) }
        if self.state.matchesHosts {
            self.headBytes.withSpan { HostName.appendCompared($0.bytes(self.head.host), to: &self.host) }
        }
        try self.normalisePath()
        if self.state.answersForwardAuth { try self.keepOwnPaths() }
    }

    private func checkTarget(_ listener: ListenerState) throws(Refusal) {
        switch self.head.form {
        case .origin: return
        // Stricter than RFC 9112 3.2.2, on purpose: `Decisions/AbsoluteForm`.
        case .absolute:
            let isOurs = self.headBytes.withSpan { $0.bytes(self.head.scheme).equalsIgnoringCase(listener.scheme) }
            guard isOurs else { throw Refusal(.requestMalformed) }
        case .asterisk: throw Refusal(.pathNotAllowed)
        }
    }

    private func normalisePath() throws(Refusal) {
        let verdict = self.headBytes.withSpan { bytes in
            self.head.path.isEmpty
                ? PathNormaliser.normalise(path: "/".utf8.span, allowEncodedSlash: true, into: &self.path)
                : PathNormaliser.normalise(path: bytes.bytes(self.head.path), allowEncodedSlash: true, into: &self.path)
        }
        switch verdict {
        case .unchanged(let traits):
            self.learned.pathTraits = traits
            self.headBytes.withSpan { bytes in
                if self.head.path.isEmpty {
                    self.path.append("/")
                } else {
                    self.path.append(bytes.bytes(self.head.path))
                }
            }
        case .changed(let traits):
            self.learned.pathTraits = traits
        case .refused(let reason):
            throw self.pathRefusal(reason)
        }
    }

    func pathRefusal(_ reason: PathRefusal) -> Refusal {
        var refusal = Refusal(.pathNotAllowed)
        refusal.pathReason = reason.rawValue
        return refusal
    }

    // MARK: - The client

    private func learnClient(_ connection: ServerConnection, _ listener: ListenerState) {
        self.learned.isFromTrustedPeer = listener.trusts(connection.peer)
        self.learned.clientAddress = connection.peer
        if self.learned.isFromTrustedPeer && self.head.fields.contains(.xForwardedFor) {
            self.learnForwardedClient(connection, listener)
        } else {
            self.client.append(connection.peerText)
        }
    }

    // Walked from the right; the first untrusted address is the client.
    private func learnForwardedClient(_ connection: ServerConnection, _ listener: ListenerState) {
        let address = self.headBytes.withSpan { bytes in
            listener.client(behind: connection.peer, self.head.fields, bytes)
        }
        self.learned.clientAddress = address
        if let address { self.client.append(text: address.description) }
    }

    private func learnRequestID() {
        if self.learned.isFromTrustedPeer, self.head.fields.count(of: .xRequestID) == 1,
            let range = self.head.fields.value(of: .xRequestID)
        {
            let isKept = self.headBytes.withSpan { self.requestID.keep($0.bytes(range)) }
            if isKept { return }
        }
        self.requestID.make(&self.worker.random)
    }
}
