import Bytes
import JOSE
import PageReading
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("consent")
struct ConsentTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
    }

    /// The page that asks, after a sign-in.
    private func asked(_ client: Client = .docs, _ changes: [String: String?] = [:]) throws -> EndpointAnswer {
        try self.browser.follow(self.browser.signIn(self.browser.follow(self.browser.ask(client, changes))))
    }

    @Test("names the client, the person, where the answer goes and what each scope means")
    func page() throws {
        let text = try HTMLReader(self.asked(.docs, ["scope": "openid profile email items:read"]).html).text
        for part in ["docs", "alice", "docs.example.com", "Read your items"] { #expect(text.contains(part)) }
        #expect(!text.contains("items:read"))
    }

    @Test("tells the client when somebody does not want to, and keeps nothing")
    func denied() throws {
        let answer = try self.browser.submit(self.asked(), [("decision", "deny")])
        let parameters = try #require(answer.clientParameters)
        #expect(parameters["error"] == "access_denied")
        #expect(parameters["iss"] == EndpointBench.issuer && parameters["state"] == "s-1")
        #expect(try self.bench.store.consents(ofUser: "alice").isEmpty)
        #expect(try self.bench.store.grants(ofUser: "alice", at: self.bench.now).isEmpty)
        let lines = try self.bench.audit.lines()
        #expect(lines.last?["event"] == "consent_denied" && lines.last?["client_id"] == "docs")
    }

    @Test("AS18: is not asked again of a confidential client for what was allowed")
    func remembered() throws {
        _ = try self.browser.authorized(.site)
        #expect(self.browser.ask(.site).clientParameters?["code"] != nil)
        #expect(self.browser.ask(.site, ["scope": "openid"]).clientParameters?["code"] != nil)
        #expect(self.browser.ask(.site, ["prompt": "none"]).clientParameters?["code"] != nil)
    }

    @Test("AS18: is asked again of a public client, with one click")
    func publicClient() throws {
        _ = try self.browser.authorized(.docs)
        #expect(self.browser.ask(.docs, ["prompt": "none"]).clientParameters?["error"] == "consent_required")
        let page = try self.browser.follow(self.browser.ask(.docs))
        #expect(page.status == 200)
        #expect(try self.browser.submit(page, [("decision", "allow")]).clientParameters?["code"] != nil)
    }

    @Test("AS18: is asked again of a confidential client whose answer stays on the device")
    func loopback() throws {
        let uri = "http://127.0.0.1:8080/callback"
        let bench = try EndpointBench { $0.clients[1].redirectURIs = [uri] }
        let browser = TestBrowser(bench)
        _ = try browser.authorized(.site, ["redirect_uri": uri])
        #expect(browser.ask(.site, ["redirect_uri": uri])["Location"]?.hasPrefix("/identity/consent?flow=") ?? false)
    }

    @Test("is asked again for more, and what was allowed stays allowed")
    func more() throws {
        _ = try self.browser.authorized(.site, ["scope": "openid items:read"])
        #expect(
            self.browser.ask(.site, ["scope": "openid items:write", "prompt": "none"]).clientParameters?["error"]
                == "consent_required"
        )
        let page = try self.browser.follow(self.browser.ask(.site, ["scope": "openid items:write"]))
        #expect(try self.browser.submit(page, [("decision", "allow")]).clientParameters?["code"] != nil)
        let consent = try self.bench.store.consent(ofUser: "alice", toClient: "site")
        #expect(consent?.scopes == ["openid", "items:read", "items:write"])
    }

    @Test("is asked again if the client wants it (prompt=consent)")
    func wished() throws {
        _ = try self.browser.authorized(.site)
        #expect(try self.browser.follow(self.browser.ask(.site, ["prompt": "consent"])).html.contains("decision"))
    }

    @Test("counts for the person who was asked alone")
    func otherPerson() throws {
        let page = try self.asked()
        let bob = try EndpointBench.bob(self.bench)
        self.bench.now = self.bench.now + .seconds(1)
        // In another tab of the same browser somebody else signs in.
        _ = try self.browser.signIn(self.browser.follow(self.browser.ask(.docs, ["prompt": "login"])), bob)
        #expect(try self.browser.submit(page, [("decision", "allow")]).status == 403)
        #expect(try self.bench.store.consents(ofUser: bob).isEmpty)
    }

    @Test("AS16: refuses a form that another page made, and one without a decision")
    func forged() throws {
        let form = try PageForms(self.asked()).forms[0]
        let allow = [(name: "decision", value: "allow")]
        #expect(self.browser.post(.consent, form.hidden.filter { $0.name != "csrf" } + allow).status == 403)
        #expect(self.browser.post(.consent, form.hidden).status == 400)
        #expect(self.browser.post(.consent, form.hidden + [("decision", "maybe")]).status == 400)
        self.browser.fetchSite = "cross-site"
        #expect(self.browser.post(.consent, form.hidden + allow).status == 403)
    }

    @Test("sends somebody whose session is over to sign in first")
    func sessionOver() throws {
        let page = try self.asked()
        self.browser.plant(TestBrowser.identity, nil)
        let answer = try self.browser.submit(page, [("decision", "allow")])
        #expect(answer["Location"]?.hasPrefix("/identity/login?flow=") ?? false)
    }
}

@Suite("The implicit grant")
struct ImplicitTests {
    @Test("AS8 AS13: gives a client of old its token behind the hash, without a refresh token")
    func token() throws {
        let bench = try EndpointBench { $0.clients[0].grants.insert(.implicit) }
        let answer = try TestBrowser(bench).authorized(.docs, Self.request)
        #expect(answer["Location"]?.hasPrefix("https://docs.example.com/callback#access_token=") ?? false)
        let parameters = try #require(answer.clientParameters)
        #expect(parameters.all.map(\.name) == ["access_token", "token_type", "expires_in", "scope", "state", "iss"])
        #expect(parameters["token_type"] == "Bearer" && parameters["expires_in"] == "600")
        let payload = try #require(parameters["access_token"]?.split(separator: ".")[1])
        let bytes = try #require(Base64URL.decode(String(payload)))
        let claims = try JSONValue(parsing: bytes.span)
        #expect(claims["sub"] == "alice" && claims["client_id"] == "docs" && claims["aud"] == "items-api")
        let grant = try #require(TokenName.grant(of: claims["jti"]?.string ?? ""))
        #expect(try bench.store.grant(grant, at: bench.now)?.scopes == ["openid", "items:read"])
    }

    @Test("AS8 AS13: tells its errors behind the hash, too")
    func errors() throws {
        let bench = try EndpointBench { $0.clients[0].grants.insert(.implicit) }
        let answer = TestBrowser(bench).ask(.docs, Self.request.merging(["prompt": "none"]) { one, _ in one })
        #expect(answer["Location"]?.hasPrefix("https://docs.example.com/callback#error=login_required&") ?? false)
        #expect(answer.clientParameters?["iss"] == EndpointBench.issuer)
    }

    @Test("AS8: is for no client that does not list it")
    func otherClient() throws {
        let bench = try EndpointBench { $0.clients[0].grants.insert(.implicit) }
        let answer = TestBrowser(bench).ask(.site, Self.request.merging(["prompt": "none"]) { one, _ in one })
        #expect(answer.clientParameters?["error"] == "unauthorized_client")
    }

    private static let request: [String: String?] = [
        "response_type": "token", "code_challenge": nil, "code_challenge_method": nil,
    ]
}
