import Bytes
import Telemetry

/// What `/readyz` says: whether new requests are welcome, and if not, why.
struct ReadinessReport: Equatable, Sendable {
    let isDraining: Bool
    /// Issuers whose first fetch of keys is still under way.
    let waitingIssuers: [String]
    /// Issuers without keys. Their tokens get 503; everybody else is served.
    let degradedIssuers: [String]

    var isReady: Bool { !self.isDraining && self.waitingIssuers.isEmpty }

    var reasons: [String] {
        if self.isDraining { return ["the gateway is draining"] }
        return self.waitingIssuers.map { "the first fetch of keys of issuer \($0) has not ended" }
    }

    var answer: AdminAnswer {
        var text = ByteBuffer()
        text.append("{\"status\":\"")
        text.append(self.isReady ? "ready" : self.isDraining ? "draining" : "starting")
        text.append("\",\"reasons\":")
        JSONText.append(list: self.reasons, to: &text)
        text.append(",\"degraded\":")
        JSONText.append(list: self.degradedIssuers, to: &text)
        text.append("}\n")
        return AdminAnswer(status: self.isReady ? 200 : 503, json: text)
    }
}

extension JSONText {
    /// An array of strings.
    static func append(list: [String], to buffer: inout ByteBuffer) {
        buffer.append("[")
        for (index, text) in list.enumerated() {
            if index > 0 { buffer.append(",") }
            self.append(text, to: &buffer)
        }
        buffer.append("]")
    }
}
