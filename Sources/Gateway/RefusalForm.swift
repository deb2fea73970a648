import Bytes
import HTTP
import Policy
import Telemetry

/// In which form a refusal is told: to a program, a person, a gRPC client, or a proxy that asks for one of them.
struct RefusalForm {
    private enum Kind { case problem, html, grpc }
    private let kind: Kind
    private let proxy: ForwardAuthForm?

    /// `proxy` is nil when the client itself asks.
    init(_ head: borrowing RequestHead, _ headBytes: borrowing ByteBuffer, askedBy proxy: ForwardAuthForm? = nil) {
        let bytes = headBytes.span
        self.proxy = proxy
        if proxy == nil, let type = head.fields.value(of: .contentType),
            bytes.bytes(type).startsIgnoringCase(with: "application/grpc")
        {
            self.kind = .grpc
            return
        }
        var accept = Accept()
        var next = head.fields.firstIndex(of: .accept)
        while let index = next {
            accept.read(bytes.bytes(head.fields[index].value))
            next = head.fields.index(of: .accept, after: index)
        }
        self.kind = accept.prefersHTML ? .html : .problem
    }

    private var contentType: StaticString {
        switch self.kind {
        case .problem: "application/problem+json"
        case .html: "text/html; charset=utf-8"
        case .grpc: "application/grpc"
        }
    }

    func status(of code: RefusalCode) -> UInt16 {
        if self.kind == .grpc { return 200 }
        // nginx takes any status but these two for its own failure.
        return self.proxy == .authRequest && code.status != 401 ? 403 : UInt16(code.status)
    }

    /// What a client is asked to wait after a 503, in seconds.
    static let retryAfter: UInt64 = 5

    /// Appends what is told in fields, as lines: gRPC's status, challenges, `Allow`, `Retry-After`, what the body is.
    func appendFields(_ refusal: Refusal, to lines: inout ByteBuffer) {
        let code = refusal.code
        if self.kind == .grpc {
            lines.append("grpc-status: ")
            lines.append(decimal: code.grpcStatus)
            lines.append("\r\ngrpc-message: ")
            lines.append(code.detail)
            lines.append("\r\n")
        }
        Challenge.append(refusal, to: &lines)
        if !refusal.allow.isEmpty || code == .methodNotAllowed {
            lines.append("Allow: ")
            lines.append(refusal.allow)
            lines.append("\r\n")
        }
        if code.status == 503 {
            lines.append("Retry-After: ")
            lines.append(decimal: Self.retryAfter)
            lines.append("\r\n")
        }
        lines.append("Content-Type: ")
        lines.append(self.contentType)
        lines.append("\r\nCache-Control: no-store\r\n")
    }

    /// Appends the body; gRPC has none.
    func append(
        _ code: RefusalCode,
        _ requestID: borrowing RequestID,
        loginURL: String? = nil,
        to body: inout ByteBuffer
    ) {
        switch self.kind {
        case .grpc: return
        case .problem: self.appendProblem(code, requestID, loginURL: loginURL, to: &body)
        case .html: self.appendPage(code, requestID, loginURL: loginURL, to: &body)
        }
    }

    // RFC 9457.
    private func appendProblem(
        _ code: RefusalCode,
        _ requestID: borrowing RequestID,
        loginURL: String?,
        to body: inout ByteBuffer
    ) {
        body.append("{\"type\":\"about:blank\",\"title\":\"")
        body.append(StatusPhrase.of(self.status(of: code)))
        body.append("\",\"status\":")
        body.append(decimal: UInt64(self.status(of: code)))
        body.append(",\"code\":\"")
        body.append(code.name)
        body.append("\",\"detail\":\"")
        body.append(code.detail)
        body.append("\",\"request_id\":\"")
        requestID.withSpan { body.append($0) }
        body.append("\"")
        if let loginURL {
            body.append(",\"login_url\":")
            JSONText.append(loginURL, to: &body)
        }
        body.append("}\n")
    }

    // Nothing in it comes from the request but its identifier, whose alphabet needs no escaping.
    private func appendPage(
        _ code: RefusalCode,
        _ requestID: borrowing RequestID,
        loginURL: String?,
        to body: inout ByteBuffer
    ) {
        body.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        body.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        body.append(decimal: UInt64(self.status(of: code)))
        body.append(" ")
        body.append(StatusPhrase.of(self.status(of: code)))
        body.append("</title>\n<style>\n:root { color-scheme: light dark; }\n")
        body.append(
            "body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem; }\n"
        )
        body.append("small { opacity: 0.7; }\n</style>\n</head>\n<body>\n<main>\n<h1>")
        body.append(StatusPhrase.of(self.status(of: code)))
        body.append("</h1>\n<p>")
        body.append(code.detail)
        body.append("</p>\n<p>")
        if let loginURL {
            // An address of the policy's, with names encoded for a query.
            body.append("<a href=\"")
            body.append(text: loginURL.replacing("&", with: "&amp;"))
            body.append("\">Sign in</a></p>\n<p>")
        }
        body.append("<small>")
        body.append(code.name)
        body.append(" · ")
        requestID.withSpan { body.append($0) }
        body.append("</small></p>\n</main>\n</body>\n</html>\n")
    }
}
