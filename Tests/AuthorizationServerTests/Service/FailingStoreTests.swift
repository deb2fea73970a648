import Cryptography
import Testing

@testable import AuthorizationServer
@testable import Endpoints
@testable import Stores

/// Each step that a request takes is one call of the store: who is told to try again can.
@Suite("A store that fails in the middle")
struct FailingStoreTests {
    let bench: EndpointBench
    let browser: TestBrowser

    init() throws {
        self.bench = try EndpointBench()
        self.browser = TestBrowser(self.bench)
    }

    /// The tables that the last row of a step goes to.
    enum Table {
        case codes
        case consents
        case grants
        case sessions
        case tokens

        fileprivate var breaking: StaticString {
            switch self {
            case .codes: "CREATE TRIGGER broken BEFORE INSERT ON authorization_codes BEGIN SELECT RAISE(ABORT, ''); END"
            case .consents: "CREATE TRIGGER broken BEFORE INSERT ON consents BEGIN SELECT RAISE(ABORT, ''); END"
            case .grants: "CREATE TRIGGER broken BEFORE INSERT ON grants BEGIN SELECT RAISE(ABORT, ''); END"
            case .sessions: "CREATE TRIGGER broken BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, ''); END"
            case .tokens: "CREATE TRIGGER broken BEFORE INSERT ON refresh_tokens BEGIN SELECT RAISE(ABORT, ''); END"
            }
        }
    }

    /// The answer to a request while nothing can be added to a table.
    private func whileBroken(_ table: Table, _ request: () throws -> EndpointAnswer) throws -> EndpointAnswer {
        try self.bench.store.database.execute(table.breaking)
        let answer = try request()
        try self.bench.store.database.execute("DROP TRIGGER broken")
        return answer
    }

    private func count(_ sql: StaticString) throws -> Int64? {
        try self.bench.store.database.first(sql) { row throws(StoreError) in try row.next() }
    }

    @Test("AS20: leaves a code to be redeemed")
    func code() throws {
        let code = try self.bench.code()
        #expect(try self.whileBroken(.tokens) { self.bench.redeem(code) }.status == 503)
        let answer = self.bench.redeem(code)
        #expect(answer.status == 200)
        #expect(self.bench.refresh(try answer.text("refresh_token")).status == 200)
    }

    /// The bench with alice in the store instead of the policy, and no grace: a second try would be reuse.
    private func benchWithStoredUser() throws -> EndpointBench {
        let bench = try EndpointBench { settings in
            settings.users = []
            settings.lifetimes.refreshGrace = .zero
        }
        let hash = try User.alice().passwordHash
        _ = try bench.store.addUser(UserRecord(name: "alice", passwordHash: hash, created: bench.now))
        return bench
    }

    /// What the first request hears while no user can be read, and what the second one hears.
    private func statuses(_ bench: EndpointBench, _ request: () -> EndpointAnswer) throws -> [UInt16] {
        try bench.store.database.execute("ALTER TABLE users RENAME TO hidden")
        let first = request().status
        try bench.store.database.execute("ALTER TABLE hidden RENAME TO users")
        return [first, request().status]
    }

    @Test("AS20: uses nothing up when it cannot say whose it is")
    func users() throws {
        let bench = try self.benchWithStoredUser()
        let code = try bench.code()
        #expect(try self.statuses(bench) { bench.redeem(code) } == [503, 200])
        let token = try bench.redeem(try bench.code()).text("refresh_token")
        #expect(try self.statuses(bench) { bench.refresh(token) } == [503, 200])
        let device = bench.post(.deviceAuthorization, [("client_id", "tv")])
        let userCode = try #require(UserCode(typed: device.text("user_code")))
        let grant = bench.grant(client: "tv", scopes: ["items:read"])
        #expect(try bench.store.approveDevice(userCode: userCode.digest, grant: grant, at: bench.now))
        let poll = [
            ("grant_type", GrantType.deviceCode.parameter), ("client_id", "tv"),
            ("device_code", try device.text("device_code")),
        ]
        #expect(try self.statuses(bench) { bench.post(.token, poll) } == [503, 200])
    }

    @Test("leaves somebody signed in until the next person of the same browser is")
    func session() throws {
        _ = try self.browser.authorized()
        let bob = try EndpointBench.bob(self.bench)
        self.bench.now = self.bench.now + .seconds(5)
        let page = try self.browser.follow(self.browser.ask(.docs, ["prompt": "select_account"]))
        #expect(try self.whileBroken(.sessions) { try self.browser.signIn(page, bob) }.status == 503)
        #expect(try self.count("SELECT count(*) FROM sessions WHERE user = 'alice'") == 1)
        #expect(try self.bench.store.grants(ofUser: "alice", at: self.bench.now).count == 1)
    }

    @Test("AS20: leaves an approved device its tokens")
    func device() throws {
        let device = self.bench.post(.deviceAuthorization, [("client_id", "tv")])
        let login = try self.browser.follow(self.browser.get(.device))
        let page = try self.browser.follow(self.browser.signIn(login))
        let question = try self.browser.submit(page, [("user_code", device.text("user_code"))])
        let allow = [(name: "decision", value: "allow")]
        for table in [Table.consents, .grants] {
            #expect(try self.whileBroken(table) { try self.browser.submit(question, allow) }.status == 503)
            #expect(try self.count("SELECT count(*) FROM consents") == 0)
            #expect(try self.count("SELECT count(*) FROM grants") == 0)
        }
        #expect(try self.browser.submit(question, allow).status == 200)
        #expect(try self.bench.store.consent(ofUser: "alice", toClient: "tv")?.scopes == ["items:read"])
        let poll = [
            ("grant_type", GrantType.deviceCode.parameter), ("client_id", "tv"),
            ("device_code", try device.text("device_code")),
        ]
        #expect(try self.whileBroken(.tokens) { self.bench.post(.token, poll) }.status == 503)
        #expect(self.bench.post(.token, poll).status == 200)
    }

    @Test(
        "AS20: leaves a pushed request to be answered, and nothing allowed",
        arguments: [Table.codes, .consents, .grants]
    )
    func consent(_ table: Table) throws {
        let request = Asking.query(.site).filter { $0.name != "client_id" }
        let credentials = [(name: "client_id", value: "site"), ("client_secret", Client.siteSecret.text)]
        let uri = try self.bench.post(.par, credentials + request).text("request_uri")
        let start = self.browser.get(.authorize, [("client_id", "site"), ("request_uri", uri)])
        let page = try self.browser.follow(self.browser.signIn(self.browser.follow(start)))
        let allow = [(name: "decision", value: "allow")]
        #expect(try self.whileBroken(table) { try self.browser.submit(page, allow) }.status == 503)
        #expect(try self.count("SELECT count(*) FROM pushed_requests") == 1)
        #expect(try self.count("SELECT count(*) FROM consents") == 0)
        #expect(try self.count("SELECT count(*) FROM grants") == 0)
        #expect(try self.browser.submit(page, allow).clientParameters?["code"] != nil)
    }
}
