import Bytes
import Policy

/// `WWW-Authenticate` by RFC 6750 3.
enum Challenge {
    /// Appends the line, if the refusal has one.
    static func append(_ refusal: Refusal, to lines: inout ByteBuffer) {
        let code = refusal.code
        guard code.status == 401 || code == .multipleCredentials || code == .scopeInsufficient else { return }
        lines.append("WWW-Authenticate: Bearer realm=\"gatehouse\"")
        // No code and no words when no credential came (RFC 6750 3.1).
        if code != .tokenMissing { self.append(error: self.error(of: code), code, to: &lines) }
        if code == .scopeInsufficient {
            lines.append(", scope=\"")
            lines.append(refusal.challengeScopes)
            lines.append("\"")
        }
        lines.append("\r\n")
    }

    // RFC 6750 3.1.
    private static func error(of code: RefusalCode) -> StaticString {
        if code == .multipleCredentials { return "invalid_request" }
        return code == .scopeInsufficient ? "insufficient_scope" : "invalid_token"
    }

    private static func append(error: StaticString, _ code: RefusalCode, to lines: inout ByteBuffer) {
        lines.append(", error=\"")
        lines.append(error)
        lines.append("\", error_description=\"")
        lines.append(code.detail)
        lines.append("\"")
    }
}
