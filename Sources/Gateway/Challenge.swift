import Bytes
import OAuth
import Policy

/// `WWW-Authenticate` by RFC 6750 3, and by RFC 9449 7.1 to whoever came with a proof.
enum Challenge {
    /// Appends the line, if the refusal has one.
    static func append(_ refusal: Refusal, to lines: inout ByteBuffer) {
        let code = refusal.code
        guard code.status == 401 || code == .multipleCredentials || code == .scopeInsufficient else { return }
        lines.append("WWW-Authenticate: ")
        lines.append(refusal.scheme == .proof ? "DPoP" : "Bearer")
        lines.append(" realm=\"gatehouse\"")
        // No code and no words when no credential came (RFC 6750 3.1).
        if code != .tokenMissing && code != .loginRequired {
            self.append(error: self.error(of: refusal), code, to: &lines)
        }
        if code == .scopeInsufficient {
            lines.append(", scope=\"")
            lines.append(refusal.challengeScopes)
            lines.append("\"")
        }
        if refusal.scheme == .proof { lines.append(self.algorithms) }
        lines.append("\r\n")
    }

    // RFC 6750 3.1, and for proofs RFC 9449 12.2.
    private static func error(of refusal: Refusal) -> StaticString {
        if refusal.code == .multipleCredentials { return "invalid_request" }
        if refusal.code == .scopeInsufficient { return "insufficient_scope" }
        return refusal.code == .proofInvalid && refusal.scheme == .proof ? "invalid_dpop_proof" : "invalid_token"
    }

    private static func append(error: StaticString, _ code: RefusalCode, to lines: inout ByteBuffer) {
        lines.append(", error=\"")
        lines.append(error)
        lines.append("\", error_description=\"")
        lines.append(code.detail)
        lines.append("\"")
    }

    /// What a proof may be signed with (RFC 9449 7.1).
    private static let algorithms = {
        let names = ProofOfPossession.algorithms.map(\.rawValue).joined(separator: " ")
        return [UInt8](", algs=\"\(names)\"".utf8)
    }()
}
