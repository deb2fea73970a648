import Cryptography
import JOSE
import PageReading
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("device")
struct DevicePageTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
    }

    /// A device that shows its code.
    private func begin() -> EndpointAnswer { self.bench.post(.deviceAuthorization, [("client_id", "tv")]) }

    private func poll(_ device: EndpointAnswer) throws -> EndpointAnswer {
        self.bench.post(
            .token,
            [
                ("grant_type", GrantType.deviceCode.parameter), ("client_id", "tv"),
                ("device_code", try device.text("device_code")),
            ]
        )
    }

    /// The page for the code, of somebody who had to sign in first.
    private func codePage(_ query: String = "") throws -> EndpointAnswer {
        let login = try self.browser.follow(self.browser.get(.device, query: query))
        return try self.browser.follow(self.browser.signIn(login))
    }

    private func confirmation(_ device: EndpointAnswer) throws -> EndpointAnswer {
        try self.browser.submit(self.codePage(), [("user_code", device.text("user_code"))])
    }

    @Test("RFC 8628, section 3.3: leads from the code to tokens", arguments: ["WDJB-MJHT", "wdjb mjht"])
    func allowed(_ spelling: String) throws {
        let device = self.begin()
        let letters = try device.text("user_code")
        let typed = spelling.contains("-") ? letters : letters.lowercased().replacing("-", with: " ")
        let question = try self.browser.submit(self.codePage(), [("user_code", typed)])
        #expect(question.status == 200)
        let done = try self.browser.submit(question, [("decision", "allow")])
        #expect(done.status == 200)
        let answer = try self.poll(device)
        #expect(try answer.claims(of: "access_token")["sub"] == "alice")
        #expect(try self.bench.events().suffix(2) == ["device_approved", "token_issued"])
    }

    @Test("RFC 8628, section 5.4: says which client asks for what, from where and when, before it counts")
    func question() throws {
        let question = try self.confirmation(self.begin())
        let reader = try HTMLReader(question.html)
        for text in ["tv", "Read your items", "192.0.2.7", "alice"] { #expect(reader.text.contains(text)) }
        #expect(reader.all("time").first?.attributes["datetime"] == "2027-01-15T08:00:00Z")
        #expect(question["Content-Security-Policy"]?.contains("frame-ancestors 'none'") == true)
    }

    @Test("fills in the code of verification_uri_complete, through the sign-in, and asks all the same")
    func complete() throws {
        let device = self.begin()
        let code = try device.text("user_code")
        let page = try self.codePage("user_code=\(code)")
        #expect(try HTMLReader(page.html).input("user_code")?.attributes["value"] == code)
        #expect(try self.poll(device).error == "authorization_pending")
    }

    @Test("takes a no, which the device hears")
    func denied() throws {
        let device = self.begin()
        _ = try self.browser.submit(self.confirmation(device), [("decision", "deny")])
        #expect(try self.poll(device).error == "access_denied")
        let line = try #require(try self.bench.audit.lines().last)
        #expect(line["event"] == "device_denied")
        #expect(line["subject"] == "alice")
        #expect(line["client_id"] == "tv")
    }

    @Test("counts a decision once")
    func twice() throws {
        let device = self.begin()
        let question = try self.confirmation(device)
        _ = try self.browser.submit(question, [("decision", "deny")])
        _ = try self.browser.submit(question, [("decision", "allow")])
        #expect(try self.poll(device).error == "access_denied")
    }

    @Test("AS21: allows five wrong codes, in each account; a right one makes up for none")
    func guessing() throws {
        let page = try self.codePage()
        let code = try self.begin().text("user_code")
        for guess in ["BBBB-BBBB", "BBBB-BBBC", "BBBB-BBBD", "BBBB-BBBF", code, "BBBB-BBBG"] {
            let status = try self.browser.submit(page, [("user_code", guess)]).status
            #expect(status == (guess == code ? 200 : 400))
        }
        let locked = try self.browser.submit(page, [("user_code", code)])
        #expect(locked.status == 429)
        #expect(locked["Retry-After"] == "900")
        #expect(try self.bench.events().last == "locked_out")
    }

    @Test("does not count what can be no code", arguments: ["", "AAAA-AAAA", "WDJB"])
    func slips(_ typed: String) throws {
        let page = try self.codePage()
        for _ in 1...6 {
            #expect(try self.browser.submit(page, [("user_code", typed)]).status == 400)
        }
        #expect(try self.browser.submit(page, [("user_code", self.begin().text("user_code"))]).status == 200)
    }

    @Test("AS16: takes no decision from another page, another browser or without the page that named the device")
    func forged() throws {
        let device = self.begin()
        let question = try self.confirmation(device)
        let form = try #require(try PageForms(question).forms.first).hidden
        let allow = [(name: "decision", value: "allow")]
        #expect(self.browser.post(.device, form.filter { $0.name != "csrf" } + allow).status == 403)
        #expect(self.browser.post(.device, form.filter { $0.name != "flow" } + allow).status == 403)
        let other = self.browser.copy()
        other.plant(TestBrowser.cookie, RandomSecret().text)
        #expect(other.post(.device, form + allow).status == 403)
        self.browser.fetchSite = "cross-site"
        #expect(self.browser.post(.device, form + allow).status == 403)
        #expect(try self.poll(device).error == "authorization_pending")
    }

    @Test("knows no code that has run out, and none of a client that has gone")
    func over() throws {
        let device = self.begin()
        let question = try self.confirmation(device)
        self.bench.advance(by: .seconds(600))
        let late = try self.browser.submit(question, [("decision", "allow")])
        #expect(try HTMLReader(late.html).input("user_code") != nil)
        #expect(try self.poll(device).error == "expired_token")
        let other = self.begin()
        let page = self.browser.get(.device)
        self.bench.adopt { $0.clients.removeAll { $0.name == "tv" } }
        #expect(try self.browser.submit(page, [("user_code", other.text("user_code"))]).status == 400)
    }

    @Test("AS10: ends the device's tokens when the person signs out where it was allowed")
    func signOut() throws {
        let device = self.begin()
        _ = try self.browser.submit(self.confirmation(device), [("decision", "allow")])
        let token = try self.poll(device).text("refresh_token")
        try self.bench.store.endSessions(ofUser: "alice", at: self.bench.now)
        #expect(self.bench.refresh(token, client: "tv").error == "invalid_grant")
    }

    @Test("remembers what was allowed, so that it can be taken back")
    func consent() throws {
        let device = self.begin()
        _ = try self.browser.submit(self.confirmation(device), [("decision", "allow")])
        let token = try self.poll(device).text("refresh_token")
        #expect(try self.bench.store.consent(ofUser: "alice", toClient: "tv")?.scopes == ["items:read"])
        #expect(try self.bench.store.withdrawConsent(ofUser: "alice", toClient: "tv", at: self.bench.now))
        #expect(self.bench.refresh(token, client: "tv").error == "invalid_grant")
    }
}
