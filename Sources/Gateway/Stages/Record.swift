import Bytes
import HTTP
import Policy
import Reactor
import Telemetry

/// *record*: exactly once for each request, whatever became of it.
extension Exchange {
    func writeRecord() {
        let ended = MonotonicClock.nanoseconds
        let duration = ended &- self.record.startedAt
        if self.record.upstreamStartedAt != 0 {
            self.record.upstreamNanoseconds = ended &- self.record.upstreamStartedAt
        }
        self.worker.counters.count(self, duration: duration)
        self.worker.accessLog.appendLine { line in
            let start = line.count
            self.write(to: &line, duration: duration)
            self.worker.decisions.consider(line.span.extracting(start...), self.record.refusalCode, at: ended)
        }
    }

    private func write(to line: inout ByteBuffer, duration: UInt64) {
        line.append("{\"time\":\"")
        self.worker.clock.appendNow(to: &line)
        line.append("\",\"request_id\":\"")
        self.requestID.withSpan { line.append($0) }
        line.append("\",\"client\":")
        self.writeClient(to: &line)
        self.headBytes.withSpan { bytes in
            line.append(",\"method\":")
            JSONText.append(bytes.bytes(self.head.methodRange), to: &line)
            line.append(",\"host\":")
            JSONText.append(bytes.bytes(self.head.host), to: &line)
        }
        line.append(",\"path\":")
        self.path.withSpan { JSONText.append($0, to: &line) }
        line.append(",\"route\":")
        if let match = self.learned.match {
            self.state.routes.appendName(of: match.route, to: &line)
        } else {
            line.append("null")
        }
        line.append(",\"status\":")
        line.append(decimal: UInt64(self.record.status))
        line.append(",\"code\":")
        self.writeCode(to: &line)
        line.append(self.record.decision == .allow ? ",\"decision\":\"allow\"" : ",\"decision\":\"deny\"")
        self.writeToken(to: &line)
        line.append(",\"upstream\":")
        if let planned = self.forwarding.planned { line.append(planned.logName) } else { line.append("null") }
        line.append(",\"duration_ms\":")
        line.append(milliseconds: duration)
        line.append(",\"upstream_ms\":")
        if self.record.upstreamStartedAt != 0 {
            line.append(milliseconds: self.record.upstreamNanoseconds)
        } else {
            line.append("null")
        }
        line.append(",\"bytes_in\":")
        line.append(decimal: self.record.bodyBytes)
        line.append(",\"bytes_out\":")
        line.append(decimal: self.record.answerBytes)
        line.append(self.head.version == .http10 ? ",\"protocol\":\"HTTP/1.0\"" : ",\"protocol\":\"HTTP/1.1\"")
        line.append(",\"tls\":")
        self.writeTLS(to: &line)
        line.append("}")
    }

    private func writeClient(to line: inout ByteBuffer) {
        guard !self.client.isEmpty else { return line.append("null") }
        line.append("\"")
        self.client.withSpan { line.append($0) }
        line.append("\"")
    }

    private func writeTLS(to line: inout ByteBuffer) {
        switch self.record.tlsVersion {
        case nil: line.append("null")
        case .tls12: line.append("\"1.2\"")
        case .tls13: line.append("\"1.3\"")
        }
    }

    private func writeCode(to line: inout ByteBuffer) {
        guard let code = self.record.refusalCode else { return line.append("null") }
        line.append("\"")
        line.append(code.name)
        line.append("\"")
    }

    private func writeToken(to line: inout ByteBuffer) {
        guard let remembered = self.learned.remembered else {
            return line.append(",\"subject\":null,\"client_id\":null,\"issuer\":null")
        }
        if remembered.logText.isEmpty {
            var text = ByteBuffer()
            text.append(",\"subject\":")
            JSONText.append(optional: remembered.principal.subject, to: &text)
            text.append(",\"client_id\":")
            JSONText.append(optional: remembered.principal.clientID, to: &text)
            text.append(",\"issuer\":")
            JSONText.append(optional: remembered.principal.issuerName, to: &text)
            remembered.logText = text.span.array
        }
        line.append(remembered.logText)
    }
}

extension JSONText {
    static func append(optional text: String?, to buffer: inout ByteBuffer) {
        if let text { self.append(text, to: &buffer) } else { buffer.append("null") }
    }
}

extension ByteBuffer {
    /// `nanoseconds` as milliseconds with three decimals.
    mutating func append(milliseconds nanoseconds: UInt64) {
        let microseconds = nanoseconds / 1000
        self.append(decimal: microseconds / 1000)
        let rest = microseconds % 1000
        self.append(UInt8(ascii: "."))
        self.append(0x30 + UInt8(truncatingIfNeeded: rest / 100))
        self.append(0x30 + UInt8(truncatingIfNeeded: rest / 10 % 10))
        self.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
    }
}
