import Cryptography
import PageReading
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("A browser's session")
struct SessionTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
    }

    private func digest() throws -> SecretDigest {
        SecretDigest(of: try #require(self.browser.cookies[TestBrowser.identity]))
    }

    private func session() throws -> BrowserSession? {
        try self.bench.store.session(self.digest(), at: self.bench.now)
    }

    @Test("has cookies that scripts and other sites do not get, and no other host can plant")
    func attributes() throws {
        let page = self.browser.ask()
        let signedIn = try self.browser.signIn(self.browser.follow(page))
        for (line, name) in [(page["Set-Cookie"], TestBrowser.cookie), (signedIn["Set-Cookie"], TestBrowser.identity)] {
            let parts = try #require(line).split(separator: ";").map { $0.drop { $0 == " " } }
            #expect(parts[0].hasPrefix("\(name)=") && parts[0].utf8.count == name.utf8.count + 44)
            #expect(parts.dropFirst() == ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"])
        }
    }

    @Test("has plain cookies with http on this machine")
    func loopback() throws {
        let bench = try EndpointBench { $0.issuer = try IssuerAddress("http://127.0.0.1:8080/identity") }
        let answer = TestBrowser(bench).ask()
        let line = try #require(answer["Set-Cookie"])
        #expect(line.hasPrefix("gatehouse_browser=") && !line.contains("Secure"))
    }

    @Test("keeps only the digest of its cookie")
    func digestAlone() throws {
        _ = try self.browser.authorized()
        #expect(try self.session()?.user == "alice")
        #expect(try self.session()?.id != self.browser.cookies[TestBrowser.identity])
    }

    @Test("begins with a secret that nobody could fix before")
    func fixation() throws {
        let fixed = RandomSecret()
        self.browser.plant(TestBrowser.identity, fixed.text)
        _ = try self.browser.authorized()
        #expect(self.browser.cookies[TestBrowser.identity] != fixed.text)
        #expect(try self.bench.store.session(fixed.digest, at: self.bench.now) == nil)
    }

    @Test("has a new secret after each sign-in; the old one is over, and what was granted goes on")
    func renewal() throws {
        _ = try self.browser.authorized()
        let (old, name) = (try self.digest(), try self.session()?.id)
        self.bench.now = self.bench.now + .seconds(5)
        _ = try self.browser.authorized(.docs, ["prompt": "login"])
        #expect(try self.bench.store.session(old, at: self.bench.now) == nil)
        #expect(try self.session()?.id == name)
        #expect(try self.session()?.authenticated == self.bench.now)
        #expect(try self.bench.store.grants(ofUser: "alice", at: self.bench.now).count == 2)
    }

    @Test("of somebody else ends when another person signs in")
    func otherPerson() throws {
        _ = try self.browser.authorized()
        let old = try self.digest()
        let bob = try EndpointBench.bob(self.bench)
        self.bench.now = self.bench.now + .seconds(5)
        let page = try self.browser.follow(self.browser.ask(.docs, ["prompt": "select_account"]))
        _ = try self.browser.signIn(page, bob)
        #expect(try self.session()?.user == bob)
        #expect(try self.bench.store.session(old, at: self.bench.now) == nil)
        #expect(try self.bench.store.grants(ofUser: "alice", at: self.bench.now).isEmpty)
    }

    @Test("slides by a quarter of its idle time, and not past its lifetime")
    func sliding() throws {
        let begin = self.bench.now
        _ = try self.browser.authorized(.site)
        func idleEnds(after: Duration) throws -> Timestamp? {
            self.bench.now = begin + after
            _ = self.browser.ask(.site)
            return try self.session()?.idleExpires
        }
        #expect(try idleEnds(after: .seconds(1799)) == begin + .seconds(7200))
        #expect(try idleEnds(after: .seconds(1800)) == begin + .seconds(9000))
        #expect(try idleEnds(after: .seconds(3599)) == begin + .seconds(9000))
        for hour in 1...11 { _ = try idleEnds(after: .seconds(hour * 3600)) }
        #expect(try self.session()?.idleExpires == begin + .seconds(12 * 3600))
        self.bench.now = begin + .seconds(12 * 3600)
        #expect(self.browser.ask(.site, ["prompt": "none"]).clientParameters?["error"] == "login_required")
    }

    @Test("is over when nobody comes for its idle time")
    func idle() throws {
        _ = try self.browser.authorized(.site)
        self.bench.now = self.bench.now + .milliseconds(7_200_000 - 1)
        let other = self.browser.copy()
        #expect(other.ask(.site, ["prompt": "none"]).clientParameters?["code"] != nil)
        self.bench.now = self.bench.now + .seconds(7200)
        #expect(self.browser.ask(.site, ["prompt": "none"]).clientParameters?["error"] == "login_required")
    }

    @Test("is nobody's when the user is gone")
    func userGone() throws {
        let bob = try EndpointBench.bob(self.bench)
        _ = try self.browser.signIn(self.browser.follow(self.browser.ask()), bob)
        #expect(try self.bench.store.removeUser(named: bob, at: self.bench.now))
        #expect(self.browser.ask(.docs, ["prompt": "none"]).clientParameters?["error"] == "login_required")
    }

    @Test("does not count if its cookie is there twice, or is none of ours")
    func twice() throws {
        _ = try self.browser.authorized(.site)
        let own = try #require(self.browser.cookies[TestBrowser.identity])
        let lines = [
            ["\(TestBrowser.identity)=\(own); \(TestBrowser.identity)=\(own)"],
            ["\(TestBrowser.identity)=\(own)", "\(TestBrowser.identity)=x"],
            ["\(TestBrowser.identity)=\"\(own)\""], ["\(TestBrowser.identity)=\(own)="], ["gatehouse_identity=\(own)"],
            ["\(TestBrowser.identity.lowercased())=\(own)"],
        ]
        func ask(_ lines: [String]) -> EndpointAnswer {
            self.bench.get(.authorize, Asking.query(.site, ["prompt": "none"])) {
                $0.cookies = lines.map { Array($0.utf8) }
            }
        }
        #expect(ask(["a=b; \(TestBrowser.identity)=\(own); c=d"]).clientParameters?["code"] != nil)
        for lines in lines { #expect(ask(lines).clientParameters?["error"] == "login_required") }
    }

    @Test("AS14: is renewed when the client wants a fresh sign-in", arguments: ["login", "select_account"])
    func prompt(_ prompt: String) throws {
        _ = try self.browser.authorized(.site)
        self.bench.now = self.bench.now + .seconds(1)
        let page = try self.browser.follow(self.browser.ask(.site, ["prompt": prompt]))
        #expect(try HTMLReader(page.html).input("password") != nil)
        let answer = try self.browser.signIn(page)
        #expect(try self.browser.follow(answer).clientParameters?["code"] != nil)
    }

    @Test("is renewed when it is older than max_age", arguments: [("0", 1), ("60", 61)])
    func maximumAge(_ limit: String, _ age: Int) throws {
        _ = try self.browser.authorized(.site)
        self.bench.now = self.bench.now + .seconds(age - 1)
        if age > 1 { #expect(self.browser.ask(.site, ["max_age": limit]).clientParameters?["code"] != nil) }
        self.bench.now = self.bench.now + .seconds(1)
        let silent = self.browser.ask(.site, ["max_age": limit, "prompt": "none"])
        #expect(silent.clientParameters?["error"] == "login_required")
        let page = try self.browser.follow(self.browser.ask(.site, ["max_age": limit]))
        #expect(try self.browser.follow(self.browser.signIn(page)).clientParameters?["code"] != nil)
    }
}
