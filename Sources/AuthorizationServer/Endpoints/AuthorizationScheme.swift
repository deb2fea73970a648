internal import Bytes

/// How a request shows a token in the field `Authorization`.
enum AuthorizationScheme {
    /// RFC 6750, section 2.1.
    case bearer
    /// `DPoP` (RFC 9449, section 7.1).
    case proof

    private var word: StaticString {
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

    /// `WWW-Authenticate` (RFC 6750, section 3).
    static func challenge(_ parameters: StaticString? = nil) -> String {
        "Bearer realm=\"gatehouse\"" + (parameters.map { ", \($0)" } ?? "")
    }
}

extension EndpointRequest {
    /// The token in the only line of `Authorization`: what stands in a query ends up in logs (RFC 9700, section 4.3.2).
    ///
    /// Throws 401 if there is none, or more than one.
    func accessToken(_ scheme: AuthorizationScheme = .bearer) throws(ProtocolError) -> String {
        guard let line = self.authorization.first else { throw .tokenMissing }
        guard self.authorization.count == 1, let token = scheme.token(in: line) else { throw .tokenInvalid }
        return token
    }
}

extension ProtocolError {
    /// RFC 6750, section 3.1: to a request without any credential the challenge says no more.
    static let tokenMissing: ProtocolError = {
        var error = ProtocolError(.invalidToken, "An access token is missing.")
        error.challenge = AuthorizationScheme.challenge()
        return error
    }()

    static let tokenInvalid: ProtocolError = {
        var error = ProtocolError(.invalidToken, "The access token is not valid.")
        error.challenge = AuthorizationScheme.challenge("error=\"invalid_token\"")
        return error
    }()
}
