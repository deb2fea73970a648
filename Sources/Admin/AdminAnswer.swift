import Bytes
import HTTP
import Telemetry

/// An answer of the admin pages. All of them are small, and none may be kept by anybody.
struct AdminAnswer: Sendable {
    let status: UInt16
    let contentType: String
    let body: [UInt8]
    var contentSecurityPolicy: String?

    static let commonLines = [UInt8](
        ("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
            + "Cross-Origin-Resource-Policy: same-origin\r\nReferrer-Policy: no-referrer\r\n").utf8
    )

    init(status: UInt16, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A JSON document.
    init(status: UInt16 = 200, json: borrowing ByteBuffer) {
        self.init(status: status, contentType: "application/json", body: json.span.array)
    }

    /// A refusal (RFC 9457).
    init(status: UInt16, says detail: String) {
        var body = ByteBuffer()
        body.append("{\"type\":\"about:blank\",\"title\":\"")
        body.append(StatusPhrase.of(status))
        body.append("\",\"status\":")
        body.append(decimal: UInt64(status))
        body.append(",\"detail\":")
        JSONText.append(detail, to: &body)
        body.append("}\n")
        self.init(status: status, contentType: "application/problem+json", body: body.span.array)
    }
}
