internal import Bytes
public import JOSE

/// A JSON Web Token by which a client proves who it is (RFC 7523, sections 2.2 and 3): first read, to learn whose keys to
/// ask, then verified.
///
/// Whether it was used before is for the caller to ask: its `jti` must be new for the client until it is over.
public struct ClientAssertion {
    /// The client that it claims to be of.
    public let client: String
    private let statement: SignedStatement

    /// How long before its end an assertion may be presented, in seconds: so long its `jti` is remembered. An hour is what
    /// libraries of clients make (Authlib), and the minute is for their clocks.
    public static let maximumLifetime: Int64 = 3600 + Self.leeway
    /// How far the client's clock may be ahead, in seconds, where `iat` and `nbf` are concerned.
    public static let leeway: Int64 = 60

    /// Nil for what is no signed JSON object with a `sub`.
    public init?(_ text: Span<UInt8>) {
        guard let statement = SignedStatement(text), let client = statement.registered.subject, !client.isEmpty else {
            return nil
        }
        self.client = client
        self.statement = statement
    }

    /// Its `jti`, and when it is over in seconds since 1970; nil if it proves nothing.
    ///
    /// - Parameters:
    ///   - keys: The client's own.
    ///   - audiences: The names of this server. Each one that the assertion has must be among them: one that another server
    ///     would take, too, could be taken from there.
    ///   - now: Seconds since 1970.
    public func verified(
        keys: JSONWebKeySet,
        audiences: [String],
        at now: Int64
    ) -> (identifier: String, expires: Int64)? {
        let claims = self.statement.registered
        guard let issuer = claims.issuer, issuer.hasSameBytes(as: self.client),
            self.isFor(audiences), let identifier = self.statement.identifier,
            let expires = claims.expiresAt, now < expires, expires <= now + Self.maximumLifetime,
            claims.notBefore ?? now <= now + Self.leeway, claims.issuedAt ?? now <= now + Self.leeway,
            Self.types.contains(self.statement.header.type), self.statement.isSigned(by: keys)
        else { return nil }
        return (identifier, expires)
    }

    /// A token of another kind is no assertion (RFC 8725, section 3.12), whoever signed it.
    private static let types = [TokenType.jwt, TokenType("client-authentication+jwt")]

    private func isFor(_ audiences: [String]) -> Bool {
        switch self.statement.registered.audience {
        case .string(let name): audiences.contains { $0.hasSameBytes(as: name) }
        case .array(let names):
            !names.isEmpty && names.allSatisfy { name in audiences.contains { .string($0) == name } }
        default: false
        }
    }
}
