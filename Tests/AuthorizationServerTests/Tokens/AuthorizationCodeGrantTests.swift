import JOSE
import OAuth
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("The grant authorization_code")
struct AuthorizationCodeGrantTests {
    let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    @Test("gives an access token, a refresh token and an ID token, for nobody to keep")
    func tokens() throws {
        let answer = self.bench.redeem(try self.bench.code())
        #expect(answer.status == 200)
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer.json["token_type"] == "Bearer")
        #expect(answer.json["expires_in"] == 600)
        #expect(answer.json["scope"] == "openid profile items:read")
        #expect(try JSONValue(headerOf: answer.text("access_token"))["typ"] == "at+jwt")
        #expect(try JSONValue(headerOf: answer.text("id_token"))["typ"] == "JWT")
        #expect(self.bench.refresh(try answer.text("refresh_token")).status == 200)
    }

    @Test("RFC 9068, AS11: says in the access token whose it is, for whom, and for which one audience")
    func accessToken() throws {
        let grant = self.bench.grant()
        let claims = try self.bench.redeem(try self.bench.code(grant)).claims(of: "access_token")
        let now = self.bench.now.seconds
        let expected: JSONValue = [
            "iss": .string(EndpointBench.issuer), "exp": .integer(now + 600), "aud": "items-api", "sub": "alice",
            "client_id": "docs", "iat": .integer(now), "scope": "openid profile items:read",
            "auth_time": .integer(now - 30), "acr": "urn:acr:1", "groups": ["staff"], "tenant": "acme",
        ]
        #expect(claims.without("jti") == expected)
        #expect(TokenName.grant(of: try #require(claims["jti"]?.string)) == grant.id)
    }

    @Test("keeps a client that may not refresh without refresh tokens, and without an ID token unless it asked")
    func fewer() throws {
        self.bench.adopt { $0.clients[0].grants = [.authorizationCode] }
        let answer = self.bench.redeem(try self.bench.code(self.bench.grant(scopes: ["items:read"])))
        #expect(answer.json["access_token"] != nil)
        #expect(answer.json["refresh_token"] == nil)
        #expect(answer.json["id_token"] == nil)
    }

    @Test("AS3: takes a code once; the second try ends what came of the first")
    func twice() throws {
        let grant = self.bench.grant()
        let code = try self.bench.code(grant)
        let first = self.bench.redeem(code)
        #expect(self.bench.redeem(code).error == "invalid_grant")
        #expect(self.bench.refresh(try first.text("refresh_token")).error == "invalid_grant")
        #expect(try self.bench.store.revokedGrants(since: EndpointBench.start).map(\.id) == [grant.id])
        #expect(try self.bench.events() == ["token_issued", "code_reuse"])
    }

    @Test(
        "AS3, AS5: binds a code to redirect URI and verifier; a wrong try uses it up",
        arguments: [
            ("redirect_uri", ""), ("redirect_uri", "https://docs.example.com/Callback"),
            ("redirect_uri", "http://127.0.0.1:8080/docs/oauth2-redirect"),
            ("code_verifier", ""), ("code_verifier", Pkce.challenge), ("code_verifier", "short"),
        ]
    )
    func binding(_ change: (String, String)) throws {
        let grant = self.bench.grant()
        let code = try self.bench.code(grant)
        let wrong = self.bench.redeem(code, [change])
        #expect(wrong.status == 400)
        #expect(wrong.error == "invalid_grant")
        #expect(self.bench.redeem(code).error == "invalid_grant")
        #expect(try self.bench.store.revokedGrants(since: EndpointBench.start).map(\.id) == [grant.id])
    }

    @Test("AS3: is no use to another client, and stays good for its own")
    func otherClient() throws {
        let code = try self.bench.code()
        let stolen = self.bench.redeem(
            code,
            [("client_id", "site"), ("client_secret", Client.siteSecret.text)]
        )
        #expect(stolen.error == "invalid_grant")
        #expect(self.bench.redeem(code).status == 200)
    }

    @Test("AS5: takes no verifier for a code that was given without a challenge")
    func downgrade() throws {
        #expect(self.bench.redeem(try self.bench.code(challenge: "")).error == "invalid_grant")
        #expect(self.bench.redeem(try self.bench.code(challenge: ""), [("code_verifier", "")]).error == "invalid_grant")
    }

    @Test("lets the redirect URI be left out if the authorization request had none")
    func noRedirect() throws {
        #expect(self.bench.redeem(try self.bench.code(redirectURI: nil), [("redirect_uri", "")]).status == 200)
        #expect(self.bench.redeem(try self.bench.code(redirectURI: nil)).status == 200)
        let foreign = self.bench.redeem(
            try self.bench.code(redirectURI: nil),
            [("redirect_uri", "https://evil.example/callback")]
        )
        #expect(foreign.error == "invalid_grant")
    }

    @Test("does not take a code that has run out, or that nobody made")
    func expired() throws {
        let code = try self.bench.code()
        self.bench.advance(by: .seconds(60))
        #expect(self.bench.redeem(code).error == "invalid_grant")
        #expect(self.bench.redeem("x").error == "invalid_grant")
    }

    @Test("RFC 8707, AS11: issues for a resource that was granted, and refuses another one")
    func resource() throws {
        let granted = self.bench.grant(resources: [EndpointBench.orders])
        let implied = self.bench.redeem(try self.bench.code(granted))
        #expect(try implied.claims(of: "access_token")["aud"] == .string(EndpointBench.orders))
        let plain = self.bench.redeem(try self.bench.code(), [("resource", EndpointBench.orders)])
        #expect(plain.error == "invalid_target")
        let unknown = self.bench.redeem(
            try self.bench.code(self.bench.grant(resources: [EndpointBench.orders])),
            [("resource", "https://api.example.com/other")]
        )
        #expect(unknown.error == "invalid_target")
    }

    @Test("RFC 8707: a resource is any absolute URI that is listed, without a fragment")
    func uri() throws {
        let bench = try EndpointBench { settings in
            settings.audiences += ["urn:example:orders", "urn:example:orders#x", "https://api.example.com/#"]
        }
        func ask(_ resource: String) -> EndpointAnswer {
            let credentials = [("client_id", "worker"), ("client_secret", Client.workerSecret.text)]
            return bench.post(.token, credentials + [("grant_type", "client_credentials"), ("resource", resource)])
        }
        for resource in ["urn:example:orders", EndpointBench.orders] {
            #expect(try ask(resource).claims(of: "access_token")["aud"] == .string(resource))
        }
        for resource in ["items-api", "urn:example:orders#x", "https://api.example.com/#", "urn:example:others"] {
            #expect(ask(resource).error == "invalid_target")
        }
    }

    @Test("AS10: gives no scope that the client has lost since, and nothing of a user who has gone")
    func lost() throws {
        let code = try self.bench.code()
        self.bench.adopt { $0.clients[0].scopes = ["openid"] }
        #expect(self.bench.redeem(code).json["scope"] == "openid")
        let other = try self.bench.code()
        self.bench.adopt { $0.users = [] }
        #expect(self.bench.redeem(other).error == "invalid_grant")
    }

    @Test("refuses a client that may not use the grant, and requests that lack something")
    func requests() throws {
        let code = try self.bench.code()
        #expect(self.bench.redeem(code, [("client_id", "tv")]).error == "unauthorized_client")
        #expect(self.bench.redeem(code, [("code", "")]).error == "invalid_request")
        #expect(self.bench.redeem(code, [("grant_type", "")]).error == "invalid_request")
        #expect(self.bench.redeem(code, [("grant_type", "implicit")]).error == "unsupported_grant_type")
        #expect(self.bench.redeem(code, [("code_verifier", "a"), ("code_verifier", "b")]).error == "invalid_request")
        #expect(self.bench.redeem(code).status == 200)
    }

    @Test("AS15: lets pages of the calling client read answers and refusals, and no others")
    func sharing() throws {
        let own = "https://docs.example.com"
        let answer = self.bench.redeem(try self.bench.code()) { $0.origin = own }
        #expect(answer["Access-Control-Allow-Origin"] == own)
        #expect(self.bench.redeem("x") { $0.origin = own }["Access-Control-Allow-Origin"] == own)
        let foreign = self.bench.redeem("x") { $0.origin = "https://site.example.com" }
        #expect(foreign["Access-Control-Allow-Origin"] == nil)
        #expect(foreign["Vary"] == "Origin")
    }
}
