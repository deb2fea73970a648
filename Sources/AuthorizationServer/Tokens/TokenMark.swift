internal import Bytes
internal import JOSE
internal import Stores

/// By what an access token that the server itself handed over is known when its grant is revoked. Nothing is verified:
/// it is for who got the token from the server, and kept it where nobody else could change it.
public struct TokenMark: Sendable, Equatable {
    let grant: GrantID
    /// `iat`, seconds since 1970.
    let issued: Int64?
    /// By which gateways tell each other of it.
    public let name: GrantName?

    /// Nil for what is no access token of this server.
    public init?(accessToken: String) {
        let text = accessToken.utf8Span.span
        guard let parts = CompactJWS(text), let bytes = Base64URL.decode(text.extracting(parts.payload)),
            let claims = try? JSONValue(parsing: bytes.span),
            let grant = claims["jti"]?.string.flatMap(TokenName.grant)
        else { return nil }
        self.grant = grant
        self.name = claims["iss"]?.string.flatMap { GrantName(grant, issuer: IssuerMark($0)) }
        if case .integer(let issued)? = claims["iat"] { self.issued = issued } else { self.issued = nil }
    }
}

extension RevokedGrants {
    /// The same for who has only the mark of a token.
    public func refuses(_ mark: TokenMark) -> Bool {
        self.contains(mark.grant) || self.mayContainGrant(ofTokenIssuedAt: mark.issued)
    }
}
