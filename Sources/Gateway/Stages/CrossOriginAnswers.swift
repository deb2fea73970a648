import Bytes
import HTTP
import HTTPConnections
import Policy

/// What pages of other origins are told, by the Fetch standard.
extension Exchange {
    /// A preflight is answered before any credential is looked at: browsers send none with it (Fetch, 4.8).
    func answeredPreflight() throws(Refusal) -> Bool {
        guard self.head.method == .options, let origin = self.head.fields.value(of: .origin),
            let method = self.head.fields.value(of: .accessControlRequestMethod)
        else { return false }
        var lines = ByteBuffer()
        let verdict = self.headBytes.withSpan { bytes in
            let headers = self.head.fields.value(of: .accessControlRequestHeaders)
            return self.host.withSpan { host in
                self.path.withSpan { path in
                    self.state.routes.preflight(
                        host: host,
                        path: path,
                        origin: bytes.bytes(origin),
                        requestedMethod: bytes.bytes(method),
                        requestedHeaders: bytes.bytes(headers ?? .empty),
                        to: &lines
                    )
                }
            }
        }
        switch verdict {
        case .ordinary: return false
        case .refused(let code, _): throw Refusal(code)
        case .answered(let route):
            try self.answerPreflight(of: route, &lines)
            return true
        }
    }

    private func answerPreflight(of route: Int, _ lines: inout ByteBuffer) throws(Refusal) {
        guard let connection = self.connection else { return }
        // It is for the service behind the proxy to answer, which gets it without anybody's identity.
        if self.learned.forwardAuth != nil { return self.answerAllowed(connection) }
        guard self.state.plan(of: route).hasDestination else { throw Refusal(.routeNotFound) }
        self.record.decision = .allow
        self.startOwnAnswer(204, on: connection)
        lines.withSpan { connection.addLines($0) }
        var body = ByteBuffer()
        self.finishOwnAnswer(&body, on: connection)
    }

    /// Refusals get these too, so that a page may read them.
    func addCrossOriginLines(to connection: ServerConnection) {
        guard self.learned.match != nil, let crossOrigin = self.rules.crossOrigin else { return }
        var lines = ByteBuffer()
        let origin = self.head.fields.value(of: .origin)
        self.headBytes.withSpan { bytes in
            crossOrigin.appendAnswerFields(origin: bytes.bytes(origin ?? .empty), to: &lines)
        }
        lines.withSpan { connection.addLines($0) }
    }
}
