import JOSE
import PageReading
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("id_token_hint at authorize")
struct IdentityTokenHintTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
        try EndpointBench.bob(self.bench)
    }

    private func hint(_ subject: String, type: TokenType = .jwt) -> String {
        let claims: JSONValue = [
            "iss": .string(EndpointBench.issuer), "sub": .string(subject), "aud": "site", "exp": 1, "iat": 0,
        ]
        return self.bench.tokens.token(claims, type: type, keys: self.bench.keys, at: self.bench.now)
    }

    @Test("is satisfied by whom it names, and by nobody else")
    func silent() throws {
        _ = try self.browser.authorized(.site)
        func ask(_ hint: String) -> Parameters? {
            self.browser.ask(.site, ["id_token_hint": hint, "prompt": "none"]).clientParameters
        }
        #expect(ask(self.hint("alice"))?["code"] != nil)
        #expect(ask(self.hint("bob"))?["error"] == "login_required")
        #expect(ask(self.hint("alice", type: .accessToken))?["error"] == "invalid_request")
        #expect(ask("a.b.c")?["error"] == "invalid_request")
    }

    @Test("has another person sign in, and tells the client if it is the wrong one again", arguments: ["bob", "alice"])
    func otherPerson(_ name: String) throws {
        _ = try self.browser.authorized(.site)
        self.bench.now = self.bench.now + .seconds(1)
        let page = try self.browser.follow(self.browser.ask(.site, ["id_token_hint": self.hint("bob")]))
        #expect(try HTMLReader(page.html).input("username")?.attributes["value"] == "bob")
        let answer = try self.browser.follow(self.browser.signIn(page, name))
        if name == "bob" {
            #expect(try self.browser.submit(answer, [("decision", "allow")]).clientParameters?["code"] != nil)
        } else {
            #expect(answer.clientParameters?["error"] == "login_required")
        }
    }
}
