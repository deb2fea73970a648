import Cryptography
import PageReading
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("account")
struct AccountTests {
    static let newPassword = "a much longer one"

    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        try EndpointBench.bob(self.bench)
        self.browser = TestBrowser(self.bench)
    }

    /// The page, for somebody who signed in for it.
    private func account(_ browser: TestBrowser? = nil, _ name: String = "bob") throws -> EndpointAnswer {
        let browser = browser ?? self.browser
        return try browser.follow(browser.signIn(browser.follow(browser.get(.account)), name))
    }

    private func text(_ answer: EndpointAnswer) throws -> String { try HTMLReader(answer.html).text }

    @Test("leads through sign-in, and back")
    func signIn() throws {
        let page = try self.account()
        #expect(page.status == 200 && page["Cache-Control"] == "no-store")
        #expect(try self.text(page).contains("bob"))
    }

    @Test("lists sign-ins with their networks and browsers, and marks this one")
    func signIns() throws {
        let login = try self.browser.follow(self.browser.get(.account))
        _ = try self.browser.signIn(login, "bob", "guess")
        self.bench.now = self.bench.now + .seconds(1)
        let text = try self.text(self.account())
        for part in ["192.0.2.7", "Failed", "This session"] { #expect(text.contains(part)) }
    }

    @Test("lists what was allowed, and takes it away with all that came of it")
    func withdrawal() throws {
        _ = try self.authorized(.site)
        _ = try self.browser.authorizedAgain(.docs)
        let page = self.browser.get(.account)
        #expect(try self.text(page).contains("Read your items"))
        let answer = try self.browser.submit(page, action: .revokeAccess, [("client_id", "site")])
        #expect(answer.status == 303)
        #expect(try self.text(self.browser.follow(answer)).contains("The application no longer has access."))
        #expect(try self.bench.store.consents(ofUser: "bob").map(\.client) == ["docs"])
        #expect(try self.bench.store.grants(ofUser: "bob", at: self.bench.now).map(\.client) == ["docs"])
        let line = try #require(try self.bench.audit.lines().last { $0["event"] == "consent_withdrawn" })
        #expect(line["subject"] == "bob" && line["client_id"] == "site")
    }

    private func authorized(_ client: Client) throws -> EndpointAnswer {
        let asked = try self.browser.follow(self.browser.signIn(self.browser.follow(self.browser.ask(client)), "bob"))
        return try self.browser.submit(asked, [("decision", "allow")])
    }

    @Test(
        "tells nothing that was not just done, whatever a link says",
        arguments: ["access_revoked", "passwordChanged"]
    )
    func forgedNotice(_ notice: String) throws {
        _ = try self.account()
        let page = self.browser.get(.account, [("done", notice)])
        #expect(try HTMLReader(page.html).tags.allSatisfy { $0.attributes["role"] != "status" })
    }

    private func change(_ page: EndpointAnswer, _ current: String, _ new: String, _ repeated: String? = nil) throws
        -> EndpointAnswer
    {
        try self.browser.submit(
            page,
            action: .changePassword,
            [("current_password", current), ("new_password", new), ("repeated_password", repeated ?? new)]
        )
    }

    @Test("changes a password, which ends all other sessions")
    func password() throws {
        let other = TestBrowser(self.bench)
        _ = try self.account(other)
        let answer = try self.change(self.account(), User.alicePassword, Self.newPassword)
        #expect(try self.text(self.browser.follow(answer)).contains("Your password was changed."))
        #expect(self.browser.get(.account).status == 200)
        #expect(other.get(.account).status == 303)
        let record = try #require(try self.bench.store.user(named: "bob"))
        #expect(record.passwordHash.verifies(Self.newPassword) && record.passwordHash.text.hasPrefix("$y$"))
        #expect(try self.bench.audit.lines().last?["event"] == "password_changed")
    }

    @Test(
        "says what is wrong with a new password",
        arguments: [
            ("eleven char", "eleven char", 400, "too short"),
            ("a long password", "a long passwork", 400, "not the same"),
            (User.alicePassword, User.alicePassword, 400, "the one that you have"),
            (String(repeating: "ä", count: 256), String(repeating: "ä", count: 256), 400, "too long"),
        ]
    )
    func refused(_ new: String, _ repeated: String, _ status: Int, _ words: String) throws {
        let answer = try self.change(self.account(), User.alicePassword, new, repeated)
        #expect(answer.status == UInt16(status))
        #expect(try self.text(answer).contains(words))
        #expect(!answer.html.contains(new))
        #expect(try self.bench.store.user(named: "bob")?.passwordHash.verifies(User.alicePassword) ?? false)
    }

    @Test("AS21: asks for the current password, and counts what is wrong with all others")
    func wrongPassword() throws {
        let page = try self.account()
        for _ in 0..<5 { #expect(try self.change(page, "guess", Self.newPassword).status == 403) }
        let answer = try self.change(page, User.alicePassword, Self.newPassword)
        #expect(answer.status == 429 && answer["Retry-After"] == "900")
        #expect(try self.bench.store.user(named: "bob")?.passwordHash.verifies(User.alicePassword) ?? false)
    }

    @Test("says when to come back if too many passwords are hashed at once")
    func busy() throws {
        let page = try self.account()
        self.bench.isPoolFull = true
        let answer = try self.change(page, User.alicePassword, Self.newPassword)
        #expect(answer.status == 503 && answer["Retry-After"] == "1")
    }

    @Test("changes no password that stands in the policy")
    func managed() throws {
        let page = try self.account(nil, "alice")
        let form = try #require(try PageForms(page).forms.first { $0.value("action") == "sign_out" })
        let fields =
            form.hidden.filter { $0.name != "action" } + [
                ("action", "change_password"), ("current_password", User.alicePassword),
                ("new_password", Self.newPassword), ("repeated_password", Self.newPassword),
            ]
        #expect(self.browser.post(.account, fields).status == 400)
    }

    @Test("signs out here, and revokes what was granted here")
    func signOut() throws {
        _ = try self.authorized(.site)
        let other = TestBrowser(self.bench)
        _ = try self.account(other)
        let answer = try self.browser.submit(self.browser.get(.account), action: .signOut, [])
        #expect(self.browser.cookies[TestBrowser.identity] == nil)
        #expect(try self.text(self.browser.follow(answer)).contains("You are signed out."))
        #expect(try self.bench.store.grants(ofUser: "bob", at: self.bench.now).isEmpty)
        #expect(other.get(.account).status == 200)
        #expect(try self.bench.audit.lines().last?["event"] == "sign_out")
    }

    @Test("signs out everywhere")
    func everywhere() throws {
        let other = TestBrowser(self.bench)
        _ = try self.account(other)
        let answer = try self.browser.submit(self.account(), action: .signOutEverywhere, [])
        #expect(try self.text(self.browser.follow(answer)).contains("You are signed out."))
        #expect(other.get(.account).status == 303)
        #expect(self.browser.get(.account).status == 303)
    }

    @Test("AS16: refuses a form that another page made", arguments: [AccountAction.signOutEverywhere, .revokeAccess])
    func forged(_ action: AccountAction) throws {
        _ = try self.account()
        let fields = [(name: "action", value: action.rawValue), ("client_id", "site")]
        #expect(self.browser.post(.account, fields).status == 403)
        // The proof of another page, and of another person's page in the same browser.
        let login = try PageForms(self.browser.follow(self.browser.ask(.docs, ["prompt": "login"]))).forms[0]
        #expect(self.browser.post(.account, [("csrf", login.value("csrf")!)] + fields).status == 403)
        let form = try PageForms(self.browser.get(.account)).forms[0]
        self.bench.now = self.bench.now + .seconds(1)
        let page = try self.browser.follow(self.browser.ask(.docs, ["prompt": "login"]))
        _ = try self.browser.signIn(page, "alice")
        #expect(self.browser.post(.account, [("csrf", form.value("csrf")!)] + fields).status == 403)
    }
}

@Suite("The name of a browser")
struct BrowserNameTests {
    @Test(
        "is what people call it",
        arguments: [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
                    + "Safari/537.36 Edg/142.0.0.0", "Edge, Windows"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    + "Version/26.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile "
                    + "Safari/537.36", "Chrome, Android"
            ), ("curl/8.5.0", "curl"), ("", ""), ("\u{202E}evil", "evil"),
        ]
    )
    func names(_ userAgent: String, _ name: String) {
        #expect(BrowserName(userAgent: userAgent).text.text == name)
    }
}
