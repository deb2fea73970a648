internal import Bytes
internal import OAuth

/// How a request shows a token in the field `Authorization`.
enum AuthorizationScheme {
    /// RFC 6750, section 2.1.
    case bearer
    /// `DPoP` (RFC 9449, section 7.1).
    case proof

    fileprivate var word: StaticString {
        switch self {
        case .bearer: "bearer "
        case .proof: "dpop "
        }
    }

    /// The token; nil for another scheme, and for what is no `b64token`.
    func token(in line: String) -> String? {
        guard line.utf8Span.span.startsIgnoringCase(with: self.word) else { return nil }
        let text = line.utf8.dropFirst(self.word.utf8CodeUnitCount).drop { $0 == UInt8(ascii: " ") }
        let isToken = text.allSatisfy { $0.isLetterOrDigit || "-._~+/=".utf8.contains($0) }
        return isToken && !text.isEmpty ? String(text) : nil
    }

    /// `WWW-Authenticate` (RFC 6750, section 3; RFC 9449, section 7.1).
    func challenge(_ parameters: StaticString? = nil) -> String {
        let more = parameters.map { ", \($0)" } ?? ""
        return switch self {
        case .bearer: "Bearer realm=\"gatehouse\"" + more
        case .proof: "DPoP realm=\"gatehouse\"" + more + Self.algorithms
        }
    }

    /// What a proof may be signed with (RFC 9449, section 7.1).
    private static let algorithms: String = {
        let names = ProofOfPossession.algorithms.map(\.rawValue).joined(separator: " ")
        return ", algs=\"\(names)\""
    }()
}

extension EndpointRequest {
    /// The token in the only line of `Authorization`: what stands in a query ends up in logs (RFC 9700, section 4.3.2).
    ///
    /// Throws 401 if there is none, or more than one.
    func accessToken(_ scheme: AuthorizationScheme = .bearer) throws(ProtocolError) -> String {
        guard let line = self.authorization.first else { throw .tokenMissing(scheme) }
        guard self.authorization.count == 1, let token = scheme.token(in: line) else { throw .tokenInvalid(scheme) }
        return token
    }

    /// How a token is shown, or would be: a refusal asks for another one in the same way.
    var tokenScheme: AuthorizationScheme {
        let namesProof = self.authorization.contains {
            $0.utf8Span.span.startsIgnoringCase(with: AuthorizationScheme.proof.word)
        }
        return namesProof || !self.proofs.isEmpty ? .proof : .bearer
    }
}

extension ProtocolError {
    /// RFC 6750, section 3.1: to a request without any credential the challenge says no more.
    static func tokenMissing(_ scheme: AuthorizationScheme = .bearer) -> ProtocolError {
        var error = ProtocolError(.invalidToken, "An access token is missing.")
        error.challenge = scheme.challenge()
        return error
    }

    static func tokenInvalid(_ scheme: AuthorizationScheme = .bearer) -> ProtocolError {
        var error = ProtocolError(.invalidToken, "The access token is not valid.")
        error.challenge = scheme.challenge("error=\"invalid_token\"")
        return error
    }
}
