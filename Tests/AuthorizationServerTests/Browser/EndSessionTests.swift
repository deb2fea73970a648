import JOSE
import PageReading
import Stores
import Testing

@testable import AuthorizationServer

@Suite("end_session")
struct EndSessionTests {
    static let bye = "https://site.example.com/bye"

    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench { $0.clients[1].postLogoutRedirectURIs = [Self.bye] }
        self.browser = TestBrowser(self.bench)
    }

    private func hint(
        _ subject: String = "alice",
        audience: String = "site",
        issuer: String = EndpointBench.issuer,
        type: TokenType = .jwt,
        keys: SigningKeys? = nil
    ) -> String {
        let claims: JSONValue = [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(audience), "exp": 1, "iat": 0,
        ]
        return TokenWriter(issuer: issuer).token(claims, type: type, keys: keys ?? self.bench.keys, at: self.bench.now)
    }

    private var isSignedIn: Bool { self.browser.get(.account).status == 200 }

    @Test("signs out at once whom an ID token of ours names, and goes where the client registered, with its state")
    func hinted() throws {
        _ = try self.browser.authorized(.site)
        let answer = self.browser.get(
            .endSession,
            [("id_token_hint", self.hint()), ("post_logout_redirect_uri", Self.bye), ("state", "a b&c")]
        )
        #expect(answer["Location"] == "\(Self.bye)?state=a%20b%26c")
        #expect(!self.isSignedIn)
        #expect(try self.bench.store.grants(ofUser: "alice", at: self.bench.now).isEmpty)
        #expect(try self.bench.audit.lines().last?["event"] == "sign_out")
    }

    @Test("shows that nobody is signed in any more if the client names no address")
    func withoutAddress() throws {
        _ = try self.browser.authorized(.site)
        let answer = self.browser.get(.endSession, [("id_token_hint", self.hint())])
        #expect(answer["Location"] == "/identity/end_session")
        #expect(try HTMLReader(self.browser.follow(answer).html).text.contains("You are signed out."))
    }

    @Test("asks first if nothing proves whom the client means")
    func asked() throws {
        _ = try self.browser.authorized(.site)
        let other = try EndpointBench().keys
        let unproven: [[(name: String, value: String)]] = [
            [], [("client_id", "site")], [("id_token_hint", "a.b.c")], [("id_token_hint", self.hint("bob"))],
            [("id_token_hint", self.hint(issuer: "https://evil.example"))], [("id_token_hint", self.hint(keys: other))],
            [("id_token_hint", self.hint(type: .accessToken))],
        ]
        for query in unproven {
            let page = self.browser.get(.endSession, query)
            #expect(page.status == 200)
            #expect(try HTMLReader(page.html).text.contains("Sign out?"))
            #expect(page["X-Frame-Options"] == "DENY")
            #expect(self.isSignedIn)
        }
    }

    @Test(
        "does what the person answers",
        arguments: [("allow", Self.bye + "?state=s", false), ("deny", "/identity/account", true)]
    )
    func decision(_ decision: String, _ location: String, _ staysSignedIn: Bool) throws {
        _ = try self.browser.authorized(.site)
        let query = [(name: "client_id", value: "site"), ("post_logout_redirect_uri", Self.bye), ("state", "s")]
        let page = self.browser.get(.endSession, query)
        #expect(page["Content-Security-Policy"]?.contains("form-action 'self' https://site.example.com;") ?? false)
        #expect(try self.browser.submit(page, [("decision", decision)])["Location"] == location)
        #expect(self.isSignedIn == staysSignedIn)
    }

    @Test("AS16: refuses an answer that another page made, or of another kind")
    func forged() throws {
        _ = try self.browser.authorized(.site)
        let form = try PageForms(self.browser.get(.endSession)).forms[0]
        let allow = [(name: "decision", value: "allow")]
        #expect(self.browser.post(.endSession, form.hidden.filter { $0.name != "csrf" } + allow).status == 403)
        let login = try PageForms(self.browser.follow(self.browser.ask(.docs, ["prompt": "consent"]))).forms[0]
        #expect(self.browser.post(.endSession, login.hidden + allow).status == 400)
        self.bench.now = self.bench.now + .seconds(600)
        #expect(self.browser.post(.endSession, form.hidden + allow).status == 400)
        #expect(self.isSignedIn)
    }

    @Test(
        "AS2: sends nobody to an address that the client did not register, and says so",
        arguments: [
            ("site", "https://evil.example/"), ("site", "\(Self.bye)/"), ("site", "\(Self.bye)?a=b"),
            ("site", "https://site.example.com/callback"), ("docs", Self.bye), ("nobody", Self.bye), (nil, Self.bye),
            ("site", "//evil.example"), ("site", "javascript:alert(1)"),
        ] as [(String?, String)]
    )
    func openRedirect(_ client: String?, _ uri: String) throws {
        for isSignedIn in [false, true] {
            if isSignedIn { _ = try self.browser.authorized(.site) }
            var query = [(name: "post_logout_redirect_uri", value: uri)]
            if let client { query.append(("client_id", client)) }
            let answer = self.browser.get(.endSession, query)
            #expect(answer.status == 400 && answer["Location"] == nil)
            #expect(!answer.html.contains("evil.example"))
            #expect(self.isSignedIn == isSignedIn)
        }
    }

    @Test("tells whoever made the client what is wrong with its request")
    func sentences() throws {
        func page(_ parameters: [(name: String, value: String)]) throws -> String {
            try HTMLReader(self.browser.get(.endSession, parameters).html).text
        }
        let elsewhere = (name: "post_logout_redirect_uri", value: "https://evil.example/")
        let other = try page([elsewhere, ("client_id", "site")])
        #expect(other.contains("The post_logout_redirect_uri is not registered for this client"))
        #expect(other.contains("Application: ") && !other.contains("evil.example"))
        #expect(try page([elsewhere]).contains("needs client_id or id_token_hint."))
        let stranger = try page([elsewhere, ("client_id", "nobody")])
        #expect(stranger.contains("No client with this client_id is registered."))
    }

    @Test("refuses a client_id that is not the hint's")
    func otherClient() throws {
        let answer = self.browser.get(.endSession, [("id_token_hint", self.hint()), ("client_id", "docs")])
        #expect(answer.status == 400)
    }

    @Test("goes on at once with a proven client when nobody is signed in, and else only says where one could go")
    func nobody() throws {
        let address = [(name: "post_logout_redirect_uri", value: Self.bye)]
        #expect(self.browser.get(.endSession, address + [("id_token_hint", self.hint())])["Location"] == Self.bye)
        let page = self.browser.get(.endSession, address + [("client_id", "site")])
        #expect(page.status == 200)
        #expect(try HTMLReader(page.html).all("a").map { $0.attributes["href"] } == [Self.bye])
    }

    @Test("takes a form of the client, which it has sent again as a query that brings the browser's cookies")
    func posted() throws {
        _ = try self.browser.authorized(.site)
        let stranger = TestBrowser(self.bench)
        stranger.fetchSite = "cross-site"
        let answer = stranger.post(
            .endSession,
            [("id_token_hint", self.hint()), ("post_logout_redirect_uri", Self.bye)]
        )
        #expect(answer.status == 303)
        #expect(try self.browser.follow(answer)["Location"] == Self.bye)
        #expect(!self.isSignedIn)
    }
}
