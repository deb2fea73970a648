import Bytes
import Cryptography
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("A sealed flow")
struct FlowTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
    }

    private func flow() throws -> String {
        let location = try #require(self.browser.ask()["Location"])
        return String(try #require(location.split(separator: "=", maxSplits: 1).last))
    }

    @Test("tells nobody what is in it")
    func sealed() throws {
        let text = try self.flow()
        let bytes = try #require(Base64URL.decode(text))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("docs.example.com"))
    }

    @Test("counts in the browser that it was begun in alone", arguments: [Endpoint.login, .consent])
    func otherBrowser(_ endpoint: Endpoint) throws {
        let text = try self.flow()
        #expect(self.browser.get(endpoint, [("flow", text)]).status != 400)
        #expect(TestBrowser(self.bench).get(endpoint, [("flow", text)]).status == 400)
        let other = TestBrowser(self.bench)
        _ = other.ask()
        #expect(other.get(endpoint, [("flow", text)]).status == 400)
    }

    @Test("cannot be changed in any place", arguments: [Endpoint.login, .consent])
    func tampering(_ endpoint: Endpoint) throws {
        let bytes = try #require(Base64URL.decode(try self.flow()))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            let answer = self.browser.get(endpoint, [("flow", Base64URL.encode(changed))])
            #expect(answer.status == 400 && answer["Location"] == nil)
        }
        for text in ["", "x", Base64URL.encode(Array(bytes.dropLast())), Base64URL.encode(bytes) + "A"] {
            #expect(self.browser.get(endpoint, [("flow", text)]).status == 400)
        }
    }

    @Test("is over after ten minutes", arguments: [Endpoint.login, .consent])
    func expiry(_ endpoint: Endpoint) throws {
        let text = try self.flow()
        self.bench.now = self.bench.now + .milliseconds(599_999)
        #expect(self.browser.get(endpoint, [("flow", text)]).status != 400)
        self.bench.now = self.bench.now + .milliseconds(1)
        #expect(self.browser.get(endpoint, [("flow", text)]).status == 400)
    }

    @Test("lasts no longer for being shown again")
    func noExtension() throws {
        let begin = self.bench.now
        var page = try self.browser.follow(self.browser.ask())
        for minute in 1...9 {
            self.bench.now = begin + .seconds(minute * 60)
            page = try self.browser.signIn(page, "nobody\(minute)", "guess")
            #expect(page.status == 403)
        }
        self.bench.now = begin + .seconds(600)
        #expect(try self.browser.signIn(page).status == 400)
    }

    @Test("is no box of another kind, and no other kind is a flow")
    func kinds() throws {
        let secret = RandomSecret()
        let ring = SealingRing(.generate())
        let kinds: [BrowserBox.Kind] = [.flow, .signOut, .notice, .device]
        for (place, kind) in kinds.enumerated() {
            let box = BrowserBox(kind: kind, browser: secret, ring: ring)
                .seal(["a"], until: self.bench.now + .seconds(1))
            for (otherPlace, other) in kinds.enumerated() {
                let opened = BrowserBox(kind: other, browser: secret, ring: ring).open(box, at: self.bench.now)
                #expect(opened == (otherPlace == place ? ["a"] : nil))
            }
        }
    }

    @Test("is judged by the policy of the moment: a client that is gone gets nothing")
    func reload() throws {
        let page = try self.browser.follow(self.browser.ask())
        let asked = try self.browser.follow(self.browser.signIn(page))
        self.bench.adopt { $0.clients.removeAll { $0.name == "docs" } }
        let answer = try self.browser.submit(asked, [("decision", "allow")])
        #expect(answer.status == 400 && answer["Location"] == nil)
    }

    @Test("carries only parameters that are known")
    func unknownParameters() throws {
        let query =
            FormEncoding.encode(Asking.query()) + "&a%26client_id%3Dsite=b&flow=" + String(repeating: "x", count: 2000)
        let location = try #require(self.browser.get(.authorize, query: query)["Location"])
        #expect(location.utf8.count < 1200)
        #expect(try self.browser.follow(self.browser.get(.authorize, query: query)).html.contains("docs"))
    }

    @Test("of several tabs of one browser do not disturb each other")
    func tabs() throws {
        let pages = try ["one", "two"].map { try self.browser.follow(self.browser.ask(.site, ["state": $0])) }
        let asked = try self.browser.follow(self.browser.signIn(pages[0]))
        #expect(try self.browser.submit(asked, [("decision", "allow")]).clientParameters?["state"] == "one")
        let other = try self.browser.follow(self.browser.signIn(pages[1]))
        #expect(other.clientParameters?["state"] == "two")
    }
}

@Suite("A pushed request")
struct PushedFlowTests {
    let bench: EndpointBench
    let browser: TestBrowser
    let secret = RandomSecret()

    init() throws {
        self.bench = try EndpointBench { $0.clients[1].requiresPushedRequests = true }
        self.browser = TestBrowser(self.bench)
        let request = PushedRequest(
            digest: self.secret.digest,
            client: "site",
            parameters: [
                "client_id": "site", "redirect_uri": "https://site.example.com/callback", "response_type": "code",
                "scope": "openid", "state": "pushed", "code_challenge": .string(Asking.challenge),
                "code_challenge_method": "S256", "resource": ["https://api.example.com/orders"],
            ],
            expires: self.bench.now + .seconds(90)
        )
        #expect(try self.bench.store.addPushedRequest(request, at: self.bench.now) == .kept)
    }

    private var query: [(name: String, value: String)] {
        [("client_id", "site"), ("request_uri", "urn:ietf:params:oauth:request_uri:\(self.secret.text)")]
    }

    private func consented(_ query: [(name: String, value: String)]) throws -> EndpointAnswer {
        let page = try self.browser.follow(self.browser.get(.authorize, query))
        let asked = try self.browser.follow(self.browser.signIn(page))
        return try self.browser.submit(asked, [("decision", "allow")])
    }

    @Test("is answered once; what stands beside it does not count")
    func once() throws {
        let beside = [(name: "state", value: "other"), (name: "scope", value: "items:write")]
        let parameters = try #require(self.consented(self.query + beside).clientParameters)
        #expect(parameters["code"] != nil && parameters["state"] == "pushed")
        #expect(try self.bench.store.consent(ofUser: "alice", toClient: "site")?.scopes == ["openid"])
        #expect(self.browser.get(.authorize, self.query).status == 400)
    }

    @Test("that two tabs hold is answered in one of them")
    func twoTabs() throws {
        let page = try self.browser.follow(self.browser.get(.authorize, self.query))
        _ = try self.consented(self.query)
        #expect(try self.browser.follow(self.browser.signIn(page)).status == 400)
    }

    @Test("may run out while somebody signs in")
    func slowSignIn() throws {
        let page = try self.browser.follow(self.browser.get(.authorize, self.query))
        self.bench.now = self.bench.now + .seconds(120)
        let asked = try self.browser.follow(self.browser.signIn(page))
        #expect(try self.browser.submit(asked, [("decision", "allow")]).clientParameters?["code"] != nil)
        #expect(self.browser.get(.authorize, self.query).status == 400)
    }

    @Test(
        "of another client, or one that nobody pushed, is a page",
        arguments: [
            ("docs", nil), ("site", "x"), ("site", ""),
        ] as [(String, String?)]
    )
    func unknown(_ client: String, _ text: String?) {
        let uri = "urn:ietf:params:oauth:request_uri:\(text ?? self.secret.text)"
        let answer = self.browser.get(.authorize, [("client_id", client), ("request_uri", uri)])
        #expect(answer.status == 400 && answer["Location"] == nil)
    }

    @Test("is the only way for a client that requires it")
    func required() throws {
        let answer = self.browser.ask(.site, ["prompt": "none"])
        #expect(answer.clientParameters?["error"] == "invalid_request")
        #expect(self.browser.ask(.site).status == 400)
    }
}
