import Bytes
import Cryptography
import JOSE
import OAuth
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

/// RFC 7636, appendix B.
enum Pkce {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
}

extension EndpointBench {
    static let redirect = "https://docs.example.com/callback"
    static let orders = "https://api.example.com/orders"

    func grant(
        user: String? = "alice",
        client: String = "docs",
        scopes: [String] = ["openid", "profile", "items:read"],
        resources: [String] = [],
        session: String? = nil
    ) -> Grant {
        Grant(
            user: user,
            client: client,
            scopes: scopes,
            resources: resources,
            session: session,
            authenticated: self.now - .seconds(30),
            authenticationContext: "urn:acr:1",
            created: self.now,
            expires: self.now + .seconds(60)
        )
    }

    /// A code that the person's browser has brought to the client.
    func code(
        _ grant: Grant? = nil,
        redirectURI: String? = EndpointBench.redirect,
        challenge: String = Pkce.challenge,
        nonce: String? = nil,
        keyThumbprint: String? = nil
    ) throws -> String {
        let secret = RandomSecret()
        let code = AuthorizationCode(
            digest: secret.digest,
            grant: grant ?? self.grant(),
            redirectURI: redirectURI,
            challenge: challenge,
            nonce: nonce,
            keyThumbprint: keyThumbprint,
            expires: self.now + .seconds(60)
        )
        _ = try self.store.addCode(code, at: self.now)
        return secret.text
    }

    /// `changes` replaces parameters, or leaves out those that it says are empty.
    func redeem(
        _ code: String,
        _ changes: [(String, String)] = [],
        _ change: (inout EndpointRequest) -> Void = { _ in }
    ) -> EndpointAnswer {
        let usual = [
            ("grant_type", "authorization_code"), ("client_id", "docs"), ("code", code),
            ("redirect_uri", Self.redirect), ("code_verifier", Pkce.verifier),
        ]
        return self.post(.token, usual.filter { one in !changes.contains { $0.0 == one.0 } } + changes, change)
    }

    func refresh(
        _ token: String,
        _ further: [(String, String)] = [],
        client: String = "docs",
        _ change: (inout EndpointRequest) -> Void = { _ in }
    ) -> EndpointAnswer {
        let usual = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)]
        return self.post(.token, usual + further, change)
    }

    func advance(by duration: Duration) { self.now = self.now + duration }

    /// The events of the audit log, in order.
    func events() throws -> [String] { try self.audit.lines().compactMap { $0["event"]?.string } }
}

extension EndpointAnswer {
    func text(_ member: String) throws -> String { try #require(self.json[member]?.string) }

    /// The claims of the token in a member, whose signature nobody checks here.
    func claims(of member: String) throws -> JSONValue { try JSONValue(claimsOf: self.text(member)) }
}

extension JSONValue {
    init(claimsOf token: String) throws {
        self = try Self.part(1, of: token)
    }

    init(headerOf token: String) throws {
        self = try Self.part(0, of: token)
    }

    private static func part(_ index: Int, of token: String) throws -> JSONValue {
        let parts = token.split(separator: ".")
        try #require(parts.count == 3)
        let text = try #require(Base64URL.decode(String(parts[index])))
        return try JSONValue(parsing: text.span)
    }

    /// The object without these members.
    func without(_ names: String...) -> JSONValue {
        .object((self.members ?? []).filter { !names.contains($0.name) })
    }
}
