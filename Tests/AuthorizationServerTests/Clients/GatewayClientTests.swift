import Bytes
import Cryptography
import Endpoints
import PageReading
import Testing

@testable import AuthorizationServer

/// The gateway as a client of the server in its own process.
@Suite("The gateway as a client")
struct GatewayClientTests {
    private static let gateway: Client = {
        var client = Client(name: "gatehouse:login", authentication: .gateway)
        client.displayName = "app.example.com"
        client.redirectURIs = [redirect]
        client.postLogoutRedirectURIs = ["https://app.example.com/"]
        client.grants = [.authorizationCode, .refreshToken]
        client.scopes = ["openid", "profile", "email", "items:read", "items:write"]
        return client
    }()

    private static let redirect = "https://app.example.com/oauth2/callback"

    private let bench: EndpointBench
    private let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench { $0.gateway = Self.gateway }
        self.browser = TestBrowser(self.bench)
    }

    private func ask(_ changes: [String: String?] = [:]) -> EndpointAnswer {
        self.browser.ask(Self.gateway, changes.merging(["redirect_uri": Self.redirect]) { own, _ in own })
    }

    private func signedIn() throws -> EndpointAnswer {
        try self.browser.follow(self.browser.signIn(self.browser.follow(self.ask())))
    }

    private func form(_ answer: EndpointAnswer) throws -> [(name: String, value: String)] {
        [
            ("grant_type", "authorization_code"), ("code", try #require(answer.clientParameters?["code"])),
            ("redirect_uri", Self.redirect), ("code_verifier", Pkce.verifier),
        ]
    }

    /// What a request of the gateway itself is answered with.
    private func asGateway(_ endpoint: Endpoint, _ form: [(name: String, value: String)]) -> EndpointAnswer {
        var request = EndpointRequest(method: .post, requestID: "")
        request.contentType = "application/x-www-form-urlencoded"
        request.body = Array(FormEncoding.encode(form).utf8)
        return self.bench.answer(EndpointCall(request, to: endpoint, now: self.bench.now, isFromGateway: true))
    }

    @Test("gets a code as soon as somebody has signed in, and asks nobody for more")
    func noConsent() throws {
        let answer = try self.signedIn()
        #expect(answer.clientParameters?["code"] != nil && answer.clientParameters?["iss"] == EndpointBench.issuer)
        #expect(self.ask(["prompt": "none"]).clientParameters?["code"] != nil)
        // Another confidential client asks.
        #expect(self.browser.ask(.site)["Location"]?.hasPrefix("/identity/consent?flow=") ?? false)
    }

    @Test("AS3: redeems, refreshes and revokes without a secret")
    func ownCalls() throws {
        let first = self.asGateway(.token, try self.form(self.signedIn()))
        #expect(first.status == 200 && first.json["scope"] == "openid items:read")
        let token = try #require(first.json["refresh_token"]?.string)
        let second = self.asGateway(.token, [("grant_type", "refresh_token"), ("refresh_token", token)])
        let successor = try #require(second.json["refresh_token"]?.string)
        #expect(self.asGateway(.revoke, [("token", successor)]).status == 200)
        let third = self.asGateway(.token, [("grant_type", "refresh_token"), ("refresh_token", successor)])
        #expect(third.error == "invalid_grant")
    }

    @Test(
        "is nobody over the network, whatever is shown",
        arguments: [Endpoint.token, .par, .revoke, .introspect]
    )
    func network(_ endpoint: Endpoint) throws {
        let answer = try self.signedIn()
        let form = try self.form(answer) + [("client_id", Self.gateway.name), ("token", "some.token")]
        let guess = RandomSecret().text
        let proofs = [
            [], [("client_secret", guess)], [("client_secret", SecretDigest(of: guess).description)],
            [("client_assertion", "a.b.c"), ("client_assertion_type", ClientCredentials.assertionType)],
        ]
        for proof in proofs { #expect(self.bench.post(endpoint, form + proof).error == "invalid_client") }
        // Nobody has used the code up.
        #expect(self.asGateway(.token, try self.form(answer)).status == 200)
    }

    @Test("whom wrong secrets lock out over the network is not the gateway")
    func lockout() throws {
        let form = [
            ("client_id", Self.gateway.name), ("client_secret", RandomSecret().text), ("grant_type", "refresh_token"),
        ]
        let statuses = (1...6).map { _ in self.bench.post(.token, form).status }
        #expect(statuses.last == 429)
        #expect(self.asGateway(.token, try self.form(self.signedIn())).status == 200)
    }

    @Test("has one redirect URI, also where others may choose a port")
    func exactRedirect() {
        var client = Self.gateway
        client.redirectURIs = ["http://127.0.0.1:8080/oauth2/callback"]
        #expect(client.registered(redirectURI: "http://127.0.0.1:8080/oauth2/callback") != nil)
        #expect(client.registered(redirectURI: "http://127.0.0.1:8081/oauth2/callback") == nil)
    }

    @Test("stands in no document, and its origin may read nothing")
    func unlisted() {
        for endpoint in [Endpoint.openIDConfiguration, .openAPI] {
            #expect(!self.bench.get(endpoint).html.contains(Self.gateway.name))
        }
        let preflight = self.bench.answer(
            self.bench.request(.options, .token) { request in
                request.origin = "https://app.example.com"
                request.requestedMethod = "POST"
            }
        )
        #expect(preflight["Access-Control-Allow-Origin"] == nil)
    }

    @Test("shows on the account page by its address, where its sign-ins can be ended")
    func account() throws {
        let tokens = self.asGateway(.token, try self.form(self.signedIn()))
        let page = self.browser.get(.account)
        #expect(try HTMLReader(page.html).text.contains("app.example.com"))
        _ = try self.browser.submit(page, action: .revokeAccess, [])
        let token = try #require(tokens.json["refresh_token"]?.string)
        let refreshed = self.asGateway(.token, [("grant_type", "refresh_token"), ("refresh_token", token)])
        #expect(refreshed.error == "invalid_grant")
    }

    @Test("is nobody when a reload has taken sign-in away")
    func gone() throws {
        let form = try self.form(self.signedIn())
        self.bench.adopt { $0.gateway = nil }
        #expect(self.asGateway(.token, form).error == "invalid_client")
        #expect(self.ask().status == 400)
    }
}
