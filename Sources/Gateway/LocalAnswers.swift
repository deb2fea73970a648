import Bytes
import HTTP
import HTTPConnections
import JOSE
import Policy
import Telemetry

/// Destinations inside the gateway. The body was read and counted before.
extension Exchange {
    func answerLocally() {
        guard let connection = self.connection, self.progress == .reading else { return }
        self.record.decision = .allow
        if self.learned.forwardAuth != nil { return self.answerAllowed(connection) }
        switch self.plan.destination {
        case .forward, .nowhere: preconditionFailure("only what is answered here is read first")
        case .echo: self.echo(connection)
        case .respond(let answer):
            self.startOwnAnswer(answer.status, on: connection)
            connection.addLines(answer.lines)
            var body = ByteBuffer()
            body.append(answer.body)
            self.finishOwnAnswer(&body, on: connection)
        case .redirect(let template): self.redirect(template, connection)
        }
    }

    private func redirect(_ template: RedirectTemplate, _ connection: ServerConnection) {
        var location = ByteBuffer()
        self.headBytes.withSpan { bytes in
            self.path.withSpan { path in
                let (host, query) = (bytes.bytes(self.head.host), bytes.bytes(self.head.query))
                template.append(host: host, path: path, query: query, to: &location)
            }
        }
        self.startOwnAnswer(template.status, on: connection)
        location.withSpan { connection.addLine("Location", $0) }
        var body = ByteBuffer()
        self.finishOwnAnswer(&body, on: connection)
    }

    /// `builtin: echo`: what an upstream would have seen, read back from the head that was prepared for one.
    private func echo(_ connection: ServerConnection) {
        var body = ByteBuffer(capacity: 1024)
        var seen = RequestHead()
        var isWhole = false
        if !self.keepsHost { self.endHead(host: [UInt8]("localhost".utf8)) }
        self.upstreamHead.withSpan { bytes in
            let limits = HeadLimits(headerBytes: 1 << 20, headerCount: 1000, targetBytes: 1 << 20)
            isWhole = seen.parse(bytes, limits: limits) == .complete
            guard isWhole else { return }
            body.append("{\"method\":")
            JSONText.append(bytes.bytes(seen.methodRange), to: &body)
            body.append(",\"target\":")
            JSONText.append(bytes.bytes(seen.target), to: &body)
            body.append(",\"headers\":{")
            Self.echoFields(seen, bytes, to: &body)
        }
        // An upstream would have answered 400; nothing that a client sends may stop the gateway.
        guard isWhole else { return self.refuse(Refusal(.upstreamFailed)) }
        body.append("},\"body_bytes\":")
        body.append(decimal: self.record.bodyBytes)
        body.append("}\n")
        self.startOwnAnswer(200, on: connection)
        connection.addLine("Content-Type", "application/json".utf8.span)
        self.finishOwnAnswer(&body, on: connection)
    }

    // Names in lower case, each once; values of repeated ones joined as RFC 9110 5.3 allows.
    private static func echoFields(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, to body: inout ByteBuffer) {
        var order: [String] = []
        var values: [String: [UInt8]] = [:]
        for index in 0..<head.fields.count {
            let line = head.fields[index]
            let name = bytes.bytes(line.name).string.lowercased()
            if let former = values[name] {
                values[name] = former + [0x2c, 0x20] + bytes.bytes(line.value).array
            } else {
                order.append(name)
                values[name] = bytes.bytes(line.value).array
            }
        }
        for (index, name) in order.enumerated() {
            if index > 0 { body.append(",") }
            JSONText.append(name, to: &body)
            body.append(":")
            let value = values[name]!
            JSONText.append(value.span, to: &body)
        }
    }
}
