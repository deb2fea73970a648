import Bytes
import PageReading
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("login")
struct LoginTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
    }

    private func signInPage(_ changes: [String: String?] = [:]) throws -> EndpointAnswer {
        try self.browser.follow(self.browser.ask(.docs, changes))
    }

    @Test("shows the client, what it hints at, and the language that it wishes for")
    func page() throws {
        let answer = try self.signInPage(["login_hint": "bob", "ui_locales": "de-AT en"])
        #expect(answer.status == 200)
        #expect(answer["Content-Language"] == "de")
        let reader = try HTMLReader(answer.html)
        #expect(reader.input("username")?.attributes["value"] == "bob")
        #expect(reader.text.contains("docs"))
    }

    @Test("AS16: cannot be framed, and sends its form here or to the client alone")
    func frames() throws {
        let login = try self.signInPage()
        let consent = try self.browser.follow(self.browser.signIn(login))
        for page in [login, consent] {
            let policy = try #require(page["Content-Security-Policy"])
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(policy.contains("form-action 'self' https://docs.example.com;"))
            #expect(page["X-Frame-Options"] == "DENY")
            #expect(page["Cache-Control"] == "no-store")
        }
    }

    @Test("AS16: goes on with 303 after a form")
    func status() throws {
        #expect(try self.browser.signIn(self.signInPage()).status == 303)
    }

    @Test("tells a wrong password and an unknown user with the same words")
    func wrong() throws {
        let wrong = try self.browser.signIn(self.signInPage(), "alice", "guess")
        let unknown = try self.browser.signIn(self.signInPage(), "mallory", "guess")
        for answer in [wrong, unknown] {
            #expect(answer.status == 403)
            #expect(answer.all("Set-Cookie").isEmpty)
            #expect(!answer.html.contains("guess"))
        }
        #expect(try HTMLReader(wrong.html).text == HTMLReader(unknown.html).text)
        let lines = try self.bench.audit.lines()
        #expect(lines.map { $0["event"] } == ["sign_in_failed", "sign_in_failed"])
        #expect(lines.map { $0["subject"] } == ["alice", .null])
        let kept = try self.bench.store.signIns(ofUser: "alice", limit: 10)
        #expect(kept.map(\.succeeded) == [false] && kept.map(\.network) == ["192.0.2.7"])
    }

    @Test("lets somebody try again on the page that told them", arguments: ["alice"])
    func again(_ name: String) throws {
        let told = try self.browser.signIn(self.signInPage(), name, "guess")
        let asked = try self.browser.follow(self.browser.signIn(told, name))
        #expect(try self.browser.submit(asked, [("decision", "allow")]).clientParameters?["code"] != nil)
        #expect(try self.bench.store.signIns(ofUser: name, limit: 10).map(\.succeeded) == [true, false])
    }

    @Test("AS21: is locked with Retry-After after too many failures, whoever it is", arguments: ["alice", "mallory"])
    func lockout(_ name: String) throws {
        let page = try self.signInPage()
        for _ in 0..<5 { _ = try self.browser.signIn(page, name, "guess") }
        let answer = try self.browser.signIn(page, name)
        #expect(answer.status == 429)
        #expect(answer["Retry-After"] == "900")
        #expect(answer.all("Set-Cookie").isEmpty)
        self.bench.now = self.bench.now + .seconds(900)
        #expect(try self.browser.signIn(self.signInPage(), name).status == (name == "alice" ? 303 : 403))
        #expect(try self.bench.audit.lines().contains { $0["event"] == "locked_out" })
    }

    @Test("AS21: counts what was wrong elsewhere")
    func sharedLockout() throws {
        for _ in 0..<5 {
            let wait = self.bench.lockout.ended(
                .user("alice"),
                from: IPAddress("192.0.2.7"),
                succeeded: false
            )
            #expect(wait == nil)
        }
        #expect(try self.browser.signIn(self.signInPage()).status == 429)
    }

    @Test("says when to come back if too many sign in at once")
    func busy() throws {
        self.bench.isPoolFull = true
        let answer = try self.browser.signIn(self.signInPage())
        #expect(answer.status == 503)
        #expect(answer["Retry-After"] == "1")
        #expect(try HTMLReader(answer.html).input("username")?.attributes["value"] == "alice")
        #expect(answer.all("Set-Cookie").isEmpty)
    }

    @Test("is passed by who has signed in meanwhile in another tab")
    func otherTab() throws {
        let (one, other) = (self.browser.ask(), self.browser.ask())
        let page = try self.browser.follow(other)
        _ = try self.browser.signIn(self.browser.follow(one))
        #expect(
            try self.browser.follow(self.browser.get(.login, [("flow", PageForms(page).forms[0].value("flow")!)]))
                .html.contains("decision")
        )
    }

    @Test("AS16: refuses a form that another page or another browser made")
    func forged() throws {
        let form = try PageForms(self.signInPage()).forms[0]
        let fields = [("username", "alice"), ("password", User.alicePassword)].map { (name: $0.0, value: $0.1) }
        func send(_ change: (inout [(name: String, value: String)]) -> Void = { _ in }) -> UInt16 {
            var hidden = form.hidden
            change(&hidden)
            return self.browser.copy().post(.login, hidden + fields).status
        }
        #expect(send() == 303)
        #expect(send { $0.removeAll { $0.name == "csrf" } } == 403)
        #expect(send { $0 = $0.map { $0.name == "csrf" ? ($0.name, String($0.value.reversed())) : $0 } } == 403)
        #expect(send { $0.removeAll { $0.name == "flow" } } == 400)
        // Of another flow of the same browser.
        let other = try PageForms(self.signInPage(["state": "s-2"])).forms[0]
        #expect(send { $0 = $0.map { $0.name == "csrf" ? ($0.name, other.value("csrf")!) : $0 } } == 403)
        // Of another browser, which is the way to sign somebody in as somebody else.
        let stranger = TestBrowser(self.bench)
        _ = try stranger.follow(stranger.ask())
        #expect(stranger.post(.login, form.hidden + fields).status == 400)
        #expect(TestBrowser(self.bench).post(.login, form.hidden + fields).status == 400)
    }

    @Test(
        "AS16: refuses a form that the browser says comes from elsewhere",
        arguments: [
            ("cross-site", nil), ("same-site", nil), ("cross-site", "https://id.example.com"),
            (nil, "https://evil.example"), (nil, "null"), (nil, "http://id.example.com"),
            (nil, "https://id.example.com:8443"), (nil, "https://id.example.com.evil.example"),
        ] as [(String?, String?)]
    )
    func crossSite(_ site: String?, _ origin: String?) throws {
        let page = try self.signInPage()
        self.browser.fetchSite = site
        self.browser.origin = origin
        #expect(try self.browser.signIn(page).status == 403)
        #expect(try self.bench.store.signIns(ofUser: "alice", limit: 1).isEmpty)
    }

    @Test(
        "AS16: takes a form of its own page from a browser that says less",
        arguments: [nil, "https://id.example.com"]
    )
    func oldBrowser(_ origin: String?) throws {
        let page = try self.signInPage()
        self.browser.fetchSite = nil
        self.browser.origin = origin
        #expect(try self.browser.signIn(page).status == 303)
    }
}
