import Bytes
import Cryptography
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("authorize")
struct AuthorizeTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
    }

    @Test("leads through sign-in and consent to a code that is bound to all that was asked for")
    func code() throws {
        let answer = try self.browser.authorized(
            .docs,
            ["nonce": "n-1", "resource": "https://api.example.com/orders", "dpop_jkt": Asking.thumbprint]
        )
        #expect(answer.status == 303)
        #expect(answer["Cache-Control"] == "no-store")
        let parameters = try #require(answer.clientParameters)
        #expect(parameters.all.map(\.name) == ["code", "state", "iss"])
        let digest = SecretDigest(of: try #require(parameters["code"]))
        let redemption = try self.bench.store.redeemCode(
            digest,
            client: "docs",
            grantExpires: self.bench.now + .seconds(60),
            at: self.bench.now
        )
        guard case .first(let code) = redemption else {
            Issue.record("the code cannot be redeemed")
            return
        }
        #expect(code.challenge == Asking.challenge)
        #expect(code.redirectURI == "https://docs.example.com/callback")
        #expect(code.nonce == "n-1" && code.keyThumbprint == Asking.thumbprint)
        #expect(code.expires == self.bench.now + .seconds(60))
        #expect(code.grant.user == "alice" && code.grant.client == "docs")
        #expect(code.grant.scopes == ["openid", "items:read"])
        #expect(code.grant.resources == ["https://api.example.com/orders"])
        #expect(code.grant.authenticated == self.bench.now && code.grant.session != nil)
        #expect(code.grant.authenticationContext == SignedIn.passwordContext)
        #expect(try self.bench.audit.lines().compactMap { $0["event"]?.string } == ["sign_in", "consent_granted"])
    }

    @Test(
        "AS2: answers an unknown client or redirect URI with a page, never with a redirect",
        arguments: [
            (["client_id": "nobody"], "unknown_client"), (["client_id": nil], "invalid_request"),
            (["redirect_uri": "https://evil.example/callback"], "redirect_uri_mismatch"),
            (["redirect_uri": "https://docs.example.com/callback/"], "redirect_uri_mismatch"),
            (["redirect_uri": "http://127.0.0.1:8080/other"], "redirect_uri_mismatch"),
            (["redirect_uri": nil], "redirect_uri_mismatch"),
            (["client_id": "nobody", "prompt": "none"], "unknown_client"),
            (["redirect_uri": "//evil.example", "prompt": "none"], "redirect_uri_mismatch"),
        ] as [([String: String?], String)]
    )
    func unknown(_ changes: [String: String?], _ code: String) throws {
        _ = try self.browser.authorized()
        let answer = self.browser.ask(.docs, changes)
        #expect(answer.status == 400)
        #expect(answer["Location"] == nil)
        #expect(answer.html.contains(code))
        #expect(!answer.html.contains("evil.example"))
    }

    @Test(
        "tells whoever made the client what is wrong, on the page as in the answer",
        arguments: [
            (["code_challenge": nil], "A code_challenge is required (PKCE, S256)."),
            (["code_challenge_method": "plain"], "The code_challenge_method must be S256."),
            (["response_type": nil], "The response_type is missing."),
        ] as [([String: String?], String)]
    )
    func sentences(_ changes: [String: String?], _ sentence: String) throws {
        let page = self.browser.ask(.docs, changes).html
        #expect(page.contains(sentence))
        #expect(page.contains("Application: "))
        _ = try self.browser.authorized()
        #expect(self.browser.ask(.docs, changes).clientParameters?["error_description"] == sentence)
    }

    @Test("names the client whose redirect URI is another, and repeats nothing of the request")
    func otherRedirect() {
        let page = self.browser.ask(.docs, ["redirect_uri": "https://evil.example/callback"]).html
        #expect(page.contains("The redirect_uri is not registered for this client"))
        #expect(page.contains("Application: "))
        #expect(!page.contains("evil.example") && !page.contains("<a "))
        let stranger = self.browser.ask(.docs, ["client_id": "nobody"]).html
        #expect(stranger.contains("No client with this client_id is registered."))
        #expect(!stranger.contains("nobody"))
    }

    @Test("AS2: sends nobody to http on another machine, whatever is registered")
    func insecureRedirect() throws {
        let bench = try EndpointBench { $0.clients[0].redirectURIs = ["http://docs.example.com/callback"] }
        let answer = TestBrowser(bench).ask(.docs, ["redirect_uri": "http://docs.example.com/callback"])
        #expect(answer.status == 400 && answer["Location"] == nil)
    }

    @Test("AS1: takes another port of a loopback address, and sends the code there")
    func loopbackPort() throws {
        let uri = "http://127.0.0.1:49152/docs/oauth2-redirect"
        let answer = try self.browser.authorized(.docs, ["redirect_uri": uri])
        #expect(answer["Location"]?.hasPrefix("\(uri)?code=") ?? false)
    }

    @Test("takes the one redirect URI that a client has when the request names none")
    func onlyRedirectURI() throws {
        let answer = try self.browser.authorized(.site, ["redirect_uri": nil])
        #expect(answer["Location"]?.hasPrefix("https://site.example.com/callback?code=") ?? false)
    }

    static let faults: [([String: String?], String)] = [
        (["code_challenge": nil], "invalid_request"),
        (["code_challenge_method": nil], "invalid_request"),
        (["code_challenge_method": "plain"], "invalid_request"),
        (["code_challenge": nil, "code_challenge_method": nil], "invalid_request"),
        (["code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c"], "invalid_request"),
        (["code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="], "invalid_request"),
        (["response_type": nil], "invalid_request"), (["response_type": "token"], "unsupported_response_type"),
        (["response_type": "code token"], "unsupported_response_type"),
        (["response_type": "id_token"], "unsupported_response_type"),
        (["response_type": "code id_token"], "unsupported_response_type"),
        (["response_mode": "fragment"], "invalid_request"), (["response_mode": "form_post"], "invalid_request"),
        (["scope": "openid admin"], "invalid_scope"), (["resource": "https://elsewhere.example"], "invalid_target"),
        (["request": "a.b.c"], "request_not_supported"),
        (["request_uri": "https://docs.example.com/request"], "request_uri_not_supported"),
        (["registration": "{}"], "registration_not_supported"), (["prompt": "none login"], "invalid_request"),
        (["prompt": "create"], "invalid_request"), (["max_age": "-1"], "invalid_request"),
        (["dpop_jkt": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9X"], "invalid_request"),
        (["dpop_jkt": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs="], "invalid_request"),
        (["max_age": "1e3"], "invalid_request"), (["max_age": "9999999999"], "invalid_request"),
    ]

    @Test("AS4 AS6 AS8 AS13 AS14: tells the client of a fault once somebody is signed in", arguments: faults)
    func faultsAfterSignIn(_ changes: [String: String?], _ code: String) throws {
        _ = try self.browser.authorized()
        for client in [Client.docs, .site] {
            let parameters = try #require(self.browser.ask(client, changes).clientParameters)
            #expect(parameters["error"] == code)
            #expect(parameters["iss"] == EndpointBench.issuer)
            #expect(parameters["state"] == "s-1")
            #expect(parameters["code"] == nil && parameters["access_token"] == nil)
        }
    }

    @Test("AS4 AS6 AS14: shows a page for a fault as long as nobody is signed in", arguments: faults)
    func faultsBeforeSignIn(_ changes: [String: String?], _ code: String) {
        let answer = self.browser.ask(.docs, changes)
        #expect(answer.status == 400)
        #expect(answer["Location"] == nil)
        #expect(answer["Access-Control-Allow-Origin"] == nil)
        #expect(answer.html.contains("<code>\(code.hasSuffix("not_supported") ? "invalid_request" : code)</code>"))
    }

    @Test("RP14: shows nothing of a request on a page for a fault")
    func reflection() {
        let words = "words of somebody else"
        let answer = self.browser.ask(.docs, ["client_id": words, "error": words, "error_description": words])
        #expect(answer.status == 400)
        #expect(!answer.html.contains("somebody else"))
    }

    @Test("AS14: tells the client at once if it wants no page (prompt=none)")
    func silentFaults() throws {
        for (changes, code) in Self.faults where changes["prompt"] == nil {
            let answer = self.browser.ask(.docs, changes.merging(["prompt": "none"]) { one, _ in one })
            let parameters = try #require(answer.clientParameters)
            #expect(parameters["error"] == code && parameters["iss"] == EndpointBench.issuer)
        }
    }

    @Test("AS14: says that somebody must be asked only of what could be granted otherwise (prompt=none)")
    func silentOrder() throws {
        #expect(self.browser.ask(.docs, ["prompt": "none"]).clientParameters?["error"] == "login_required")
        _ = try self.browser.authorized(.site)
        #expect(self.browser.ask(.docs, ["prompt": "none"]).clientParameters?["error"] == "consent_required")
        // OpenID Connect Core, section 3.1.2.6: any fault but that of the redirect URI goes to the client.
        for (changes, code) in Self.faults where changes["prompt"] == nil {
            let answer = self.browser.ask(.docs, changes.merging(["prompt": "none"]) { one, _ in one })
            #expect(answer.clientParameters?["error"] == code)
        }
    }

    @Test(
        "refuses what it cannot read",
        arguments: [
            "client_id=docs&client_id=docs", "client_id=docs&state=%", "client_id=docs&state=%FF",
            "client_id=docs&state=%00", "client_id=docs&state=" + String(repeating: "a", count: 4096),
        ]
    )
    func unreadable(_ query: String) {
        let answer = self.browser.get(.authorize, query: query)
        #expect(answer.status == 400 && answer["Location"] == nil)
    }

    @Test("takes as many bytes as it promises, and sends them through sign-in in a request line that fits")
    func longest() throws {
        let query = FormEncoding.encode(Asking.query()) + "&nonce="
        let longest = query + String(repeating: "a", count: AuthorizationRequest.maximumByteCount - query.utf8.count)
        let answer = self.browser.get(.authorize, query: longest)
        #expect(answer.status == 303)
        // The lowest bound that others have for a request line is 8 KiB.
        #expect(try #require(answer["Location"]).utf8.count < 8000)
        #expect(try self.browser.follow(answer).status == 200)
        #expect(self.browser.get(.authorize, query: longest + "a").status == 400)
    }

    @Test("refuses what would be too long with an escape for each slash")
    func escapes() {
        let query = FormEncoding.encode(Asking.query()) + "&nonce=" + String(repeating: "/", count: 3000)
        #expect(self.browser.get(.authorize, query: query).status == 400)
    }

    @Test(
        "AS13: gives the state back as it was, with the issuer (RFC 9207)",
        arguments: ["a b+c&d=e%20#?/", "ä€😀", "\u{65}\u{301}", "{\"a\":\"b\"}", "'\"<script>"]
    )
    func state(_ state: String) throws {
        let parameters = try #require(try self.browser.authorized(.docs, ["state": state]).clientParameters)
        #expect(parameters["state"]?.hasSameBytes(as: state) ?? false)
        #expect(parameters["iss"] == EndpointBench.issuer)
    }

    @Test("keeps the query that a redirect URI has")
    func redirectWithQuery() throws {
        let uri = "https://docs.example.com/callback?a=b"
        let bench = try EndpointBench { $0.clients[0].redirectURIs = [uri] }
        let answer = try TestBrowser(bench).authorized(.docs, ["redirect_uri": uri])
        #expect(answer["Location"]?.hasPrefix("\(uri)&code=") ?? false)
    }

    @Test("takes a form, which it has sent again as a query that brings the browser's cookies")
    func posted() throws {
        _ = try self.browser.authorized(.site)
        let stranger = TestBrowser(self.bench)
        stranger.fetchSite = "cross-site"
        let answer = stranger.post(.authorize, Asking.query(.site))
        #expect(answer.status == 303)
        #expect(answer.all("Set-Cookie").isEmpty)
        #expect(try self.browser.follow(answer).clientParameters?["code"] != nil)
        let long = stranger.post(.authorize, [("state", String(repeating: "a", count: 4096))])
        #expect(long.status == 400)
    }

    @Test("keeps nothing of people who do not sign in")
    func nothingKept() throws {
        _ = try self.browser.follow(self.browser.ask())
        #expect(try self.bench.store.grantHolders(at: self.bench.now).clients.isEmpty)
        #expect(try self.bench.store.signIns(ofUser: "alice", limit: 10).isEmpty)
    }
}
