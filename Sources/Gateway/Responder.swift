import Bytes
import HTTP
import HTTPConnections
import Policy
import Telemetry

/// The one way out for the gateway's own answers: refusals, and what `respond`, `redirect` and `echo` say.
extension Exchange {
    /// Ends the request with a refusal.
    func refuse(_ refusal: Refusal) {
        guard self.progress != .none else { return }
        self.abandonUpstream()
        self.record.refusalCode = refusal.code
        self.record.decision = refusal.code.isUpstreamFault ? self.record.decision : .deny
        self.worker.counters.countRefusal(self, refusal)
        guard let connection = self.connection else { return }
        if refusal.code.closesConnection { connection.closesAfterAnswer = true }
        let form = RefusalForm(self.head, self.headBytes)
        var body = ByteBuffer()
        form.write(refusal.code, self.requestID, to: &body)
        self.startOwnAnswer(form.status(of: refusal.code), on: connection)
        form.addFields(refusal, to: connection)
        connection.addLine("Content-Type", form.contentType.utf8Span)
        connection.addLine("Cache-Control", "no-store".utf8.span)
        self.finishOwnAnswer(&body, on: connection)
    }

    /// The answer to something that never became a request. `connection` closes afterwards.
    func refuseUnread(_ failure: ServerRequestFailure, on connection: ServerConnection) {
        connection.adopt(self)
        self.begin()
        self.requestID.make(&self.worker.random)
        self.client.append(connection.peerText)
        switch failure {
        case .timeout: self.refuse(Refusal(.requestTimeout))
        case .malformed(let error): self.refuse(Refusal(RefusalCode(error)))
        case .overloaded: self.refuse(Refusal(.overloaded))
        }
    }

    func startOwnAnswer(_ status: UInt16, on connection: ServerConnection) {
        self.record.status = status
        connection.startHead(status: status, reason: StatusPhrase.of(status).utf8Span)
        self.worker.addDate(to: connection)
    }

    /// Content-Length, the gateway's own fields, the body unless the method is HEAD.
    func finishOwnAnswer(_ body: inout ByteBuffer, on connection: ServerConnection) {
        self.addOwnLines(to: connection)
        let status = self.record.status
        let hasBody = status >= 200 && status != 204 && status != 304
        if hasBody { connection.addLine("Content-Length", decimal: UInt64(body.count)) }
        let sendsBody = hasBody && self.head.method != .head
        connection.endHead(sendsBody ? .length : .none)
        if sendsBody {
            self.record.answerBytes = UInt64(body.count)
            body.withSpan { connection.sendBody($0) }
        }
        self.end()
    }
}

/// In which form a refusal is told: to a program, a person, or a gRPC client.
struct RefusalForm {
    private enum Kind { case problem, html, grpc }
    private let kind: Kind

    init(_ head: borrowing RequestHead, _ headBytes: borrowing ByteBuffer) {
        let bytes = headBytes.span
        if let type = head.fields.value(of: .contentType),
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

    var contentType: StaticString {
        switch self.kind {
        case .problem: "application/problem+json"
        case .html: "text/html; charset=utf-8"
        case .grpc: "application/grpc"
        }
    }

    func status(of code: RefusalCode) -> UInt16 {
        self.kind == .grpc ? 200 : UInt16(code.status)
    }

    /// What is told in fields: challenges, `Allow`, `Retry-After`, gRPC's status.
    func addFields(_ refusal: Refusal, to connection: ServerConnection) {
        let code = refusal.code
        if self.kind == .grpc {
            connection.addLine("grpc-status", decimal: code.grpcStatus)
            connection.addLine("grpc-message", code.detail.utf8Span)
        }
        Challenge.add(refusal, to: connection)
        if !refusal.allow.isEmpty || code == .methodNotAllowed { connection.addLine("Allow", refusal.allow.span) }
        if code.status == 503 { connection.addLine("Retry-After", decimal: 5) }
    }

    func write(_ code: RefusalCode, _ requestID: borrowing RequestID, to body: inout ByteBuffer) {
        switch self.kind {
        case .grpc: return
        case .problem: Self.writeProblem(code, requestID, to: &body)
        case .html: Self.writePage(code, requestID, to: &body)
        }
    }

    // RFC 9457.
    private static func writeProblem(_ code: RefusalCode, _ requestID: borrowing RequestID, to body: inout ByteBuffer) {
        body.append("{\"type\":\"about:blank\",\"title\":\"")
        body.append(StatusPhrase.of(UInt16(code.status)))
        body.append("\",\"status\":")
        body.append(decimal: UInt64(code.status))
        body.append(",\"code\":\"")
        body.append(code.name)
        body.append("\",\"detail\":\"")
        body.append(code.detail)
        body.append("\",\"request_id\":\"")
        requestID.withSpan { body.append($0) }
        body.append("\"}\n")
    }

    // Nothing in it comes from the request but its identifier, whose alphabet needs no escaping.
    private static func writePage(_ code: RefusalCode, _ requestID: borrowing RequestID, to body: inout ByteBuffer) {
        body.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        body.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        body.append(decimal: UInt64(code.status))
        body.append(" ")
        body.append(StatusPhrase.of(UInt16(code.status)))
        body.append("</title>\n<style>\n:root { color-scheme: light dark; }\n")
        body.append(
            "body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem; }\n"
        )
        body.append("small { opacity: 0.7; }\n</style>\n</head>\n<body>\n<main>\n<h1>")
        body.append(StatusPhrase.of(UInt16(code.status)))
        body.append("</h1>\n<p>")
        body.append(code.detail)
        body.append("</p>\n<p><small>")
        body.append(code.name)
        body.append(" · ")
        requestID.withSpan { body.append($0) }
        body.append("</small></p>\n</main>\n</body>\n</html>\n")
    }
}

/// `WWW-Authenticate` by RFC 6750 3.
enum Challenge {
    static func add(_ refusal: Refusal, to connection: ServerConnection) {
        let code = refusal.code
        var value = ByteBuffer()
        value.append("Bearer realm=\"gatehouse\"")
        switch code.status {
        case 401:
            // No code and no words when no credential came (RFC 6750 3.1).
            if code != .tokenMissing { self.append(error: "invalid_token", code, to: &value) }
        case 400 where code == .multipleCredentials:
            self.append(error: "invalid_request", code, to: &value)
        case 403 where code == .scopeInsufficient:
            self.append(error: "insufficient_scope", code, to: &value)
            value.append(", scope=\"")
            value.append(refusal.challengeScopes)
            value.append("\"")
        default: return
        }
        value.withSpan { connection.addLine("WWW-Authenticate", $0) }
    }

    private static func append(error: StaticString, _ code: RefusalCode, to value: inout ByteBuffer) {
        value.append(", error=\"")
        value.append(error)
        value.append("\", error_description=\"")
        value.append(code.detail)
        value.append("\"")
    }
}

extension RefusalCode {
    /// Whether the connection cannot be used again, because it is in doubt where the next request begins.
    var closesConnection: Bool {
        switch self {
        case .requestMalformed, .requestTimeout, .targetTooLong, .headersTooLarge, .bodyTooLarge, .expectationFailed,
            .versionNotSupported, .notImplemented:
            true
        default: false
        }
    }

    /// Whether the request was allowed and failed behind the gateway.
    var isUpstreamFault: Bool {
        self == .upstreamFailed || self == .upstreamUnavailable || self == .upstreamTimeout
    }

    /// The status of gRPC for this one, by the contract.
    var grpcStatus: UInt64 {
        switch self.status {
        case 401: 16
        case 403: 7
        case 404, 405: 12
        case 413, 429: 8
        case 502, 503, 504: 14
        default: 13
        }
    }

    init(_ error: HTTPParseError) {
        switch error.status {
        case 414: self = .targetTooLong
        case 417: self = .expectationFailed
        case 431: self = .headersTooLarge
        case 501: self = .notImplemented
        case 505: self = .versionNotSupported
        default: self = .requestMalformed
        }
    }
}

extension StaticString {
    /// The text as bytes.
    var utf8Span: Span<UInt8> {
        @_lifetime(immortal)
        get { _overrideLifetime(Span(_unsafeStart: self.utf8Start, count: self.utf8CodeUnitCount), copying: ()) }
    }
}
