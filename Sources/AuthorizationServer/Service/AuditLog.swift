internal import Bytes
internal import Telemetry

/// What happened to accounts, consents and tokens: one JSON object a line, beside the access log.
///
/// When the reader stalls they have room that access lines do not get (`LogWriter.auditReserveBytes`); those that are lost
/// all the same are counted, and the operator is told.
///
/// Each line has `time event subject client_id client request_id`, null where there is none. No secret fits in: what is
/// written is named by its type.
struct AuditLog {
    private let sink: Sink

    private enum Sink {
        case thread(LogWriter)
        case worker(WorkerLog)
    }

    /// Each line is handed over at once.
    init(writer: LogWriter) { self.sink = .thread(writer) }

    /// Lines leave when those of the worker's access log do. For the worker's loop alone.
    init(worker log: WorkerLog) { self.sink = .worker(log) }

    /// What happened. The raw value is the `event`.
    enum Event: String, Sendable {
        case signIn = "sign_in"
        case signInFailed = "sign_in_failed"
        case signOut = "sign_out"
        case lockedOut = "locked_out"
        case clientAuthenticationFailed = "client_authentication_failed"
        case consentGranted = "consent_granted"
        case consentDenied = "consent_denied"
        case consentWithdrawn = "consent_withdrawn"
        case tokenIssued = "token_issued"
        case tokenRevoked = "token_revoked"
        case refreshTokenReuse = "refresh_token_reuse"
        case codeReuse = "code_reuse"
        case deviceApproved = "device_approved"
        case deviceDenied = "device_denied"
        case passwordChanged = "password_changed"
        case clientRegistered = "client_registered"
        case keyRotated = "key_rotated"
    }

    /// A further member of a line. Only words of our own, names and scopes go in.
    struct Detail: Sendable {
        let name: StaticString
        let value: String

        static func grantType(_ type: GrantType) -> Detail { Detail(name: "grant_type", value: type.rawValue) }
        static func scope(_ scopes: [String]) -> Detail { Detail(name: "scope", value: scopes.joined(separator: " ")) }
        /// Why, as a fixed word.
        static func reason(_ word: StaticString) -> Detail { Detail(name: "reason", value: "\(word)") }
        static func grant(_ id: String) -> Detail { Detail(name: "grant", value: id) }
        static func keyID(_ id: String) -> Detail { Detail(name: "kid", value: id) }
    }

    /// `client` is the address that it came from, `request` the id of the request.
    func write(
        _ event: Event,
        subject: String? = nil,
        clientID: String? = nil,
        client: String? = nil,
        request: String? = nil,
        _ details: [Detail]
    ) {
        self.appendLine { line, clock in
            line.append("{\"time\":\"")
            clock.appendNow(to: &line)
            line.append("\",\"event\":")
            JSONText.append(event.rawValue, to: &line)
            Self.append("subject", subject, to: &line)
            Self.append("client_id", clientID, to: &line)
            Self.append("client", client, to: &line)
            Self.append("request_id", request, to: &line)
            for detail in details { Self.append(detail.name, detail.value, to: &line) }
            line.append("}")
        }
    }

    /// A line whose parts but time, address and request were written before: `IssuedLine`. The two are plain text, without
    /// anything that JSON escapes.
    func write(_ prepared: IssuedLine, client: Span<UInt8>, request: Span<UInt8>) {
        self.appendLine { line, clock in
            line.append("{\"time\":\"")
            clock.appendNow(to: &line)
            line.append(prepared.start)
            if client.isEmpty {
                line.append("null")
            } else {
                line.append("\"")
                line.append(client)
                line.append("\"")
            }
            line.append(",\"request_id\":\"")
            line.append(request)
            line.append(prepared.end)
        }
    }

    /// The line `token_issued` for one client and one wish.
    struct IssuedLine {
        fileprivate let start: [UInt8]
        fileprivate let end: [UInt8]

        init(subject: String, clientID: String, _ details: [Detail]) {
            var start = ByteBuffer()
            start.append("\",\"event\":")
            JSONText.append(Event.tokenIssued.rawValue, to: &start)
            AuditLog.append("subject", subject, to: &start)
            AuditLog.append("client_id", clientID, to: &start)
            start.append(",\"client\":")
            self.start = start.span.array
            var end = ByteBuffer()
            end.append("\"")
            for detail in details { AuditLog.append(detail.name, detail.value, to: &end) }
            end.append("}")
            self.end = end.span.array
        }
    }

    private func appendLine(_ body: (inout ByteBuffer, inout WallClock) -> Void) {
        switch self.sink {
        case .worker(let log): log.appendAuditLine(body)
        case .thread(let writer):
            let batch = LogBatch(capacity: 256)
            batch.lines = 1
            var clock = WallClock()
            body(&batch.bytes, &clock)
            batch.bytes.append("\n")
            _ = writer.submit(batch, isAudit: true)
        }
    }

    private static func append(_ name: StaticString, _ value: String?, to line: inout ByteBuffer) {
        line.append(",\"")
        line.append(name)
        line.append("\":")
        guard let value, !value.isEmpty else { return line.append("null") }
        JSONText.append(value, to: &line)
    }
}
