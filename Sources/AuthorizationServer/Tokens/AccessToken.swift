internal import JOSE
internal import OAuth
internal import Stores

/// One of the server's own access tokens, verified. Whether its grant still counts is for `EndpointContext.accessToken`.
struct AccessToken {
    let grant: GrantID
    /// All of them.
    let claims: JSONValue
    let client: String
    let subject: String
    let audience: String
    let scopes: [String]
    let expires: Timestamp
    /// Whether it counts only together with a proof of `keyThumbprint`'s key.
    let isBound: Bool
    let keyThumbprint: String?

    /// The user, unless it is a client's own.
    var user: String? { self.subject.utf8.contains(UInt8(ascii: ":")) ? nil : self.subject }

    /// Nil for a token whose claims are not those that the server writes.
    init?(_ token: VerifiedToken) {
        guard let grant = token.claims["jti"]?.string.flatMap(TokenName.grant), let subject = token.principal.subject,
            let client = token.claims["client_id"]?.string, let audience = token.claims["aud"]?.string
        else { return nil }
        self.grant = grant
        self.claims = token.claims
        self.client = client
        self.subject = subject
        self.audience = audience
        self.scopes = token.principal.scopeWords
        self.expires = Timestamp(seconds: token.expiresAt)
        self.isBound = token.isBound
        self.keyThumbprint = token.keyThumbprint
    }
}

/// Verifies the server's own access tokens, with its keys prepared once. Belongs to one thread.
final class AccessTokenReader {
    private let issuer: String
    private var prepared: (generation: UInt64, verifier: TokenVerifier)?

    init(issuer: String) { self.issuer = issuer }

    /// Nil for what is no access token of this server, and for one that is over: ID tokens, logout tokens and refresh tokens
    /// are of other types (RFC 8725, section 3.12; RFC 9068, section 4). A bound token passes; whoever takes it for a
    /// credential asks for the proof.
    func read(_ text: String, keys: SigningKeys, at now: Timestamp) -> AccessToken? {
        let verifier = self.verifier(keys)
        let token = try? verifier.verify(text.utf8Span.span, at: now.seconds, mayBeBound: true)
        return token.flatMap(AccessToken.init)
    }

    // MARK: - Private details

    private func verifier(_ keys: SigningKeys) -> TokenVerifier {
        if let prepared, prepared.generation == keys.generation { return prepared.verifier }
        var settings = IssuerSettings(
            name: "embedded",
            issuer: self.issuer,
            audiences: .any,
            algorithms: keys.algorithms,
            keys: .embedded
        )
        settings.types = [TokenType.accessToken.name]
        // The clock is the one that wrote `exp`.
        settings.leeway = 0
        let verifier = TokenVerifier(issuers: [settings], scopes: ScopeTable([]))
        verifier.setKeys(keys.ring(algorithms: keys.algorithms), ofIssuer: 0)
        self.prepared = (keys.generation, verifier)
        return verifier
    }
}

extension EndpointContext {
    /// One of the server's own access tokens that counts now; nil for everything else. Its grant is not revoked, and its
    /// client and user are still known.
    func accessToken(_ text: String) throws(EndpointFailure) -> AccessToken? {
        guard let token = self.reader.read(text, keys: self.keys, at: self.now),
            try self.client(named: token.client) != nil
        else { return nil }
        let now = self.now
        let grant = try self.stored { store throws(StoreError) in try store.grant(token.grant, at: now) }
        // Of client credentials nothing is kept until they are revoked.
        guard let user = token.user else { return grant?.revoked == nil ? token : nil }
        guard let grant, grant.revoked == nil, try self.user(named: user) != nil else { return nil }
        return token
    }
}
