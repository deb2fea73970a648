internal import Bytes

/// `Authorization: Bearer` (RFC 6750, section 2.1).
enum BearerScheme {
    /// The token; nil for another scheme, and for what is no `b64token`.
    static func token(in line: String) -> String? {
        let bytes = line.utf8Span.span
        guard bytes.startsIgnoringCase(with: "bearer ") else { return nil }
        let text = line.utf8.dropFirst(7).drop { $0 == UInt8(ascii: " ") }
        let isToken = text.allSatisfy { $0.isLetterOrDigit || "-._~+/=".utf8.contains($0) }
        return isToken && !text.isEmpty ? String(text) : nil
    }

    /// `WWW-Authenticate` (section 3).
    static func challenge(_ parameters: StaticString? = nil) -> String {
        "Bearer realm=\"gatehouse\"" + (parameters.map { ", \($0)" } ?? "")
    }
}

extension EndpointRequest {
    /// The token in the only line of `Authorization`: what stands in a query ends up in logs (RFC 9700, section 4.3.2).
    ///
    /// Throws 401 if there is none, or more than one.
    func bearerToken() throws(ProtocolError) -> String {
        guard let line = self.authorization.first else { throw .tokenMissing }
        guard self.authorization.count == 1, let token = BearerScheme.token(in: line) else { throw .tokenInvalid }
        return token
    }
}

extension ProtocolError {
    /// RFC 6750, section 3.1: to a request without any credential the challenge says no more.
    static let tokenMissing: ProtocolError = {
        var error = ProtocolError(.invalidToken, "An access token is missing.")
        error.challenge = BearerScheme.challenge()
        return error
    }()

    static let tokenInvalid: ProtocolError = {
        var error = ProtocolError(.invalidToken, "The access token is not valid.")
        error.challenge = BearerScheme.challenge("error=\"invalid_token\"")
        return error
    }()
}
