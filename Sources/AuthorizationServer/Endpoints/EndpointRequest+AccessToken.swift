internal import Bytes
internal import Endpoints
internal import OAuth

extension EndpointRequest {
    /// The token in the only line of `Authorization`: what stands in a query ends up in logs (RFC 9700, section 4.3.2).
    ///
    /// Throws 401 if there is none, more than one, or what is no `b64token`.
    func accessToken(_ scheme: TokenScheme = .bearer) throws(ProtocolError) -> String {
        guard let line = self.authorization.first else { throw .tokenMissing(scheme) }
        guard self.authorization.count == 1, let token = scheme.token(in: line), !token.isEmpty,
            token.utf8.allSatisfy(\.isTokenLetter)
        else { throw .tokenInvalid(scheme) }
        return token
    }

    /// How a token is shown, or would be: a refusal asks for another one in the same way.
    var tokenScheme: TokenScheme {
        let namesProof = self.authorization.contains { TokenScheme.proof.token(in: $0) != nil }
        return namesProof || !self.proofs.isEmpty ? .proof : .bearer
    }
}

extension TokenScheme {
    /// The text behind the scheme; nil for another scheme. It may be empty.
    fileprivate func token(in line: String) -> String? {
        let bytes = line.utf8Span.span
        return self.token(in: bytes, ByteRange(0..<bytes.count)).map { bytes.bytes($0).string }
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

extension UInt8 {
    /// What a `b64token` is made of (RFC 6750, section 2.1).
    fileprivate var isTokenLetter: Bool { self.isLetterOrDigit || "-._~+/=".utf8.contains(self) }
}

extension ProtocolError {
    /// RFC 6750, section 3.1: to a request without any credential the challenge says no more.
    static func tokenMissing(_ scheme: TokenScheme = .bearer) -> ProtocolError {
        var error = ProtocolError(.invalidToken, "An access token is missing.")
        error.challenge = scheme.challenge()
        return error
    }

    static func tokenInvalid(_ scheme: TokenScheme = .bearer) -> ProtocolError {
        var error = ProtocolError(.invalidToken, "The access token is not valid.")
        error.challenge = scheme.challenge("error=\"invalid_token\"")
        return error
    }
}
