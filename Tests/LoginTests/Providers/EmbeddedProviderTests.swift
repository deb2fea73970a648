import AuthorizationServer
import Bytes
import Cryptography
import Endpoints
import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("The server in the process as a provider")
struct EmbeddedProviderTests {
    @Test("RP5 RP6 RP7: sends the browser to the server, with state, nonce and an S256 challenge")
    func begin() throws {
        let address = try EmbeddedBench().begin()
        let parts = address.split(separator: "?")
        #expect(parts[0] == "https://id.example.com/identity/authorize")
        let sent = try Parameters(parsing: Array(parts[1].utf8))
        #expect(
            sent.all.map(\.name) == [
                "response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method",
                "nonce",
            ]
        )
        #expect(sent["response_type"] == "code" && sent["client_id"] == "gatehouse:login")
        #expect(sent["redirect_uri"] == "https://app.example.com/oauth2/callback")
        #expect(sent["state"] == "the-state" && sent["nonce"] == "the-nonce")
        #expect(sent["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test("says who has signed in, and what was granted", arguments: [SignatureAlgorithm.es256, .rs256, .hs256])
    func finish(_ algorithm: SignatureAlgorithm) throws {
        let bench = try EmbeddedBench { settings in
            settings.keys.algorithm = algorithm
            if algorithm == .hs256 { settings.keys.secret = try SecretKey(Randomness.bytes(count: 32)) }
        }
        let identity = try bench.identity()
        #expect(identity.subject == "alice" && identity.claims["email"] == "alice@example.com")
        #expect(identity.claims["email_verified"] == true && identity.claims["groups"] == ["staff"])
        #expect(identity.claims["nonce"] == nil && identity.providerSession != nil)
        #expect(identity.scopes == ["openid", "profile", "email", "items:read"])
        #expect(identity.refreshToken != nil && identity.idToken != nil && identity.accessExpiresAt != nil)
    }

    @Test("asks for more scopes than an address has room")
    func manyScopes() throws {
        let scopes = (0..<250).map { "resource-number-\($0):read" }
        let bench = try EmbeddedBench { settings in
            settings.scopes = scopes.map { ScopeSettings(name: $0, words: "Read") }
            settings.gateway?.scopes = ["openid"] + scopes
        }
        #expect(try bench.identity().scopes == ["openid"] + scopes)
    }

    @Test(
        "RP4: refuses the response of another issuer before it redeems the code",
        arguments: [nil, "https://evil.example"]
    )
    func otherIssuer(_ issuer: String?) throws {
        let bench = try EmbeddedBench()
        let response = try bench.signedIn()
        let other = SignInResponse(code: response.code, issuer: issuer, request: response.request)
        #expect(try bench.finish(other).failure?.kind == "invalid")
        #expect(try bench.finish(response).get().subject == "alice")
    }

    @Test("RP4: takes an error of no other issuer for the server's own", arguments: [nil, "https://evil.example"])
    func errorOfAnother(_ issuer: String?) throws {
        let bench = try EmbeddedBench()
        #expect(try bench.check(issuer: issuer)?.kind == "invalid")
        #expect(try bench.check(issuer: "https://id.example.com/identity") == nil)
    }

    @Test("RP6: refuses the sign-in of another nonce")
    func otherNonce() throws {
        let bench = try EmbeddedBench()
        let response = try bench.signedIn()
        let request = SignInRequest(state: "the-state", nonce: "another", verifier: response.request.verifier)
        let other = SignInResponse(code: response.code, issuer: response.issuer, request: request)
        #expect(try bench.finish(other).failure?.text.contains("nonce") ?? false)
    }

    @Test("RP5: refuses a code that another verifier comes with")
    func otherVerifier() throws {
        let bench = try EmbeddedBench()
        let response = try bench.signedIn()
        let verifier = Redacted(String(repeating: "v", count: 43))
        let request = SignInRequest(state: "the-state", nonce: "the-nonce", verifier: verifier)
        let other = SignInResponse(code: response.code, issuer: response.issuer, request: request)
        #expect(try bench.finish(other).failure == .refused("invalid_grant"))
    }

    @Test("refreshes with new tokens for the same person and scopes")
    func refresh() throws {
        let bench = try EmbeddedBench()
        let first = try bench.identity()
        let second = try #require(try bench.refresh(first).get().identity)
        #expect(second.accessToken.secret != first.accessToken.secret)
        #expect(second.refreshToken?.secret != first.refreshToken?.secret)
        #expect(second.claims["sub"] == "alice" && second.scopes == first.scopes)
    }

    @Test("ends a session that is refreshed into another person's, or cannot be")
    func refreshRefused() throws {
        let bench = try EmbeddedBench()
        var identity = try bench.identity()
        identity.claims = ["sub": "bob"]
        #expect(try bench.refresh(identity).failure?.kind == "refused")
        identity.refreshToken = nil
        #expect(try bench.refresh(identity).failure?.kind == "refused")
    }

    @Test("AS10: revokes what it has, and knows at once what counts no longer")
    func revoke() throws {
        let bench = try EmbeddedBench()
        let identity = try bench.identity()
        let mark = try #require(TokenMark(accessToken: identity.accessToken.secret))
        #expect(!bench.provider.hasRevoked(mark))
        bench.provider.revoke(identity)
        #expect(try bench.refresh(identity).failure == .refused("invalid_grant"))
        #expect(bench.provider.hasRevoked(mark))
    }

    @Test("sends the browser to sign out at the server, and back to the one address, with its state")
    func signOut() throws {
        let bench = try EmbeddedBench()
        let identity = try bench.identity()
        let address: String? = try bench.run { done in
            bench.provider.signOutAddress(identity, state: "the-state", done)
        }
        let parts = try #require(address?.split(separator: "?"))
        #expect(parts[0] == "https://id.example.com/identity/end_session")
        let sent = try Parameters(parsing: Array(parts[1].utf8))
        #expect(sent["post_logout_redirect_uri"] == "https://app.example.com/oauth2/sign_out")
        #expect(sent["state"] == "the-state")
        #expect(sent["client_id"] == "gatehouse:login" && sent["id_token_hint"] == identity.idToken?.secret)
    }

    @Test("keeps sessions while the server cannot answer")
    func unavailable() throws {
        let bench = try EmbeddedBench()
        let identity = try bench.identity()
        bench.server.stop()
        #expect(try bench.refresh(identity).failure?.kind == "unavailable")
    }

    @Test("is a client of the server only where browsers sign in there")
    func client() throws {
        let baseURL = try #require(BaseURL("http://127.0.0.1:8080"))
        var login = LoginSettings(baseURL: baseURL, providers: [EmbeddedBench.settings])
        let client = try #require(login.gatewayClient)
        #expect(client.authentication == .gateway && client.shownName == "127.0.0.1:8080" && client.faults.isEmpty)
        #expect(client.redirectURIs == ["http://127.0.0.1:8080/oauth2/callback"])
        #expect(client.postLogoutRedirectURIs == ["http://127.0.0.1:8080/oauth2/sign_out"])
        #expect(client.scopes == EmbeddedBench.settings.scopes)
        login.providers = [ProviderBench.settings("https://login.example.com")]
        #expect(login.gatewayClient == nil)
    }
}
