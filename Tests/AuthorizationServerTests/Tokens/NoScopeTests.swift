import Cryptography
import Endpoints
import JOSE
import Stores
import Testing

@testable import AuthorizationServer

/// RFC 6749, section 3.3: `scope` is one word at least.
@Suite("Clients without scopes")
struct NoScopeTests {
    private let bench: EndpointBench

    init() throws {
        self.bench = try EndpointBench { settings in
            for index in settings.clients.indices { settings.clients[index].scopes = [] }
            settings.clients[0].grants.insert(.implicit)
            settings.allowsRegistration = true
        }
    }

    private let worker = [(name: "client_id", value: "worker"), ("client_secret", Client.workerSecret.text)]

    private func introspect(_ token: String, _ client: [(name: String, value: String)]) -> EndpointAnswer {
        self.bench.post(.introspect, client + [("token", token)])
    }

    @Test("get tokens that name none, and neither does what is said of them")
    func programs() throws {
        let answer = self.bench.post(.token, self.worker + [("grant_type", "client_credentials")])
        #expect(answer.status == 200)
        #expect(answer.json["scope"] == nil)
        #expect(try answer.claims(of: "access_token")["scope"] == nil)
        let told = self.introspect(try answer.text("access_token"), self.worker).json
        #expect(told["active"] == true)
        #expect(told["scope"] == nil)
    }

    @Test("get refresh tokens that name none")
    func people() throws {
        let grant = self.bench.grant(client: "site", scopes: [])
        let site = [(name: "client_id", value: "site"), ("client_secret", Client.siteSecret.text)]
        let code = try self.bench.code(grant, redirectURI: "https://site.example.com/callback")
        let answer = self.bench.post(
            .token,
            site + [
                ("grant_type", "authorization_code"), ("code", code), ("code_verifier", Pkce.verifier),
                ("redirect_uri", "https://site.example.com/callback"),
            ]
        )
        #expect(answer.status == 200)
        #expect(answer.json["scope"] == nil)
        let told = self.introspect(try answer.text("refresh_token"), site).json
        #expect(told["active"] == true)
        #expect(told["scope"] == nil)
    }

    @Test("hear of none behind the hash")
    func implicit() throws {
        let changes: [String: String?] = [
            "response_type": "token", "scope": nil, "code_challenge": nil, "code_challenge_method": nil,
        ]
        let parameters = try #require(try TestBrowser(self.bench).authorized(.docs, changes).clientParameters)
        #expect(parameters.all.map(\.name) == ["access_token", "token_type", "expires_in", "state", "iss"])
    }

    @Test("register without any")
    func registration() throws {
        let invitation = RandomSecret()
        let token = InitialAccessToken(digest: invitation.digest, scopes: [], expires: self.bench.now + .seconds(60))
        try self.bench.store.addInitialAccessToken(token, at: self.bench.now)
        let request = self.bench.request(.post, .register) { request in
            request.authorization = ["Bearer \(invitation.text)"]
            request.contentType = "application/json"
            let metadata: JSONValue = ["redirect_uris": ["https://new.example.com/callback"]]
            request.body = metadata.encoded()
        }
        let answer = self.bench.answer(request)
        #expect(answer.status == 201)
        #expect(answer.json["scope"] == nil)
    }
}
