import Cryptography
import JOSE

@testable import AuthorizationServer
@testable import Stores

extension EndpointBench {
    /// A grant of alice, as it stands when a code was redeemed.
    func keptGrant(
        to client: Client = .docs,
        user: String? = "alice",
        scopes: [String] = ["openid", "items:read"]
    ) throws -> Grant {
        let grant = Grant(
            user: user,
            client: client.name,
            scopes: scopes,
            authenticated: self.now,
            created: self.now,
            expires: self.now + .seconds(3600)
        )
        try self.store.addGrant(grant, at: self.now)
        return grant
    }

    /// An access token of a grant.
    func accessToken(
        of grant: Grant,
        audience: String = "items-api",
        keyThumbprint: String? = nil
    ) throws -> String {
        var user = try User.alice()
        if let name = grant.user { user.name = name }
        let claims = AccessTokenClaims(
            grant: grant.id,
            user: grant.user == nil ? nil : user,
            client: grant.client,
            audience: audience,
            scopes: grant.scopes,
            keyThumbprint: keyThumbprint,
            issued: self.now,
            lifetime: .seconds(600)
        )
        return self.tokens.accessToken(claims, keys: self.keys)
    }

    /// A refresh token of a grant.
    func refreshToken(of grant: Grant, keyThumbprint: String? = nil) throws -> String {
        let secret = RandomSecret()
        let record = RefreshToken(
            digest: secret.digest,
            grant: grant.id,
            idleExpires: self.now + .seconds(1200),
            expires: self.now + .seconds(2400),
            keyThumbprint: keyThumbprint
        )
        try self.store.write(at: self.now) { () throws(StoreError) in try self.store.insert(record) }
        return secret.text
    }

    /// An access token that the worker gets for itself.
    func clientToken() throws -> String {
        let form = [("grant_type", "client_credentials")] + Self.worker
        return self.post(.token, form).json["access_token"]?.string ?? ""
    }

    /// How the worker proves who it is.
    static let worker = [("client_id", "worker"), ("client_secret", Client.workerSecret.text)]

    /// What the worker hears of a token.
    func introspect(_ token: String) -> JSONValue {
        self.post(.introspect, [("token", token)] + Self.worker).json
    }

    /// An ID token of alice for `docs`, signed with the server's own key.
    func identityToken(type: String = "JWT") -> String {
        var random = RandomSupply()
        let name = TokenName(grant: GrantID(), random: &random)
        let claims: JSONValue = [
            "iss": .string(Self.issuer), "sub": "alice", "aud": "docs", "exp": .integer(self.now.seconds + 600),
            "iat": .integer(self.now.seconds), "scope": "openid", "client_id": "docs",
            "jti": .string(name.text),
        ]
        return self.tokens.token(claims, type: TokenType(type), keys: self.keys, at: self.now)
    }
}
