import Cryptography
import Testing

@testable import Stores

@Suite("Users, sessions and consents")
struct UserTests {
    let store: SQLiteAuthorizationStore
    let cookie = RandomSecret()

    init() throws {
        self.store = try Fixture.memory()
        for name in ["alice", "bob"] { try #require(try self.store.addUser(Self.user(name))) }
        try self.store.addSession(Self.session("sid-1", self.cookie), at: Fixture.now)
    }

    static func hash(_ salt: String = "CCCCCCCCCCCCCCCCCCCCC.") throws -> PasswordHash {
        try PasswordHash("$2b$05$\(salt)E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
    }

    static func user(_ name: String) throws -> UserRecord {
        UserRecord(
            name: name,
            passwordHash: try Self.hash(),
            displayName: name.capitalized,
            email: "\(name)@example.com",
            isEmailVerified: true,
            groups: ["staff", "a, \"b\""],
            claims: ["tenant": "acme", "level": 3],
            created: Fixture.now
        )
    }

    static func session(_ id: String, _ cookie: RandomSecret, user: String = "alice") -> BrowserSession {
        BrowserSession(
            id: id,
            digest: cookie.digest,
            user: user,
            authenticated: Fixture.now,
            idleExpires: Fixture.now + .seconds(60),
            expires: Fixture.now + .seconds(100)
        )
    }

    @Test("are kept as they are, each name once")
    func users() throws {
        let alice = try #require(try self.store.user(named: "alice"))
        #expect(alice.passwordHash.verifies("U*U"))
        #expect(alice.displayName == "Alice" && alice.email == "alice@example.com" && alice.isEmailVerified)
        #expect(alice.groups == ["staff", "a, \"b\""] && alice.claims == ["tenant": "acme", "level": 3])
        #expect(alice.created == Fixture.now && alice.passwordChanged == Fixture.now)
        #expect(try !self.store.addUser(Self.user("alice")))
        #expect(try self.store.users().map(\.name) == ["alice", "bob"])
        #expect(try self.store.user(named: "Alice") == nil && self.store.user(named: "carol") == nil)
    }

    @Test("AS10: a new password ends all grants and sessions but the one in which it was set")
    func password() throws {
        let (other, bob) = (RandomSecret(), RandomSecret())
        try self.store.addSession(Self.session("sid-2", other), at: Fixture.now)
        try self.store.addSession(Self.session("sid-3", bob, user: "bob"), at: Fixture.now)
        let grants = [
            Fixture.grant(session: "sid-1"), Fixture.grant(session: "sid-2"), Fixture.grant(),
            Fixture.grant(user: "bob"),
        ]
        for grant in grants { try self.store.addGrant(grant, at: Fixture.now) }
        let (hash, later) = (try Self.hash("XXXXXXXXXXXXXXXXXXXXXO"), Fixture.now + .seconds(1))
        #expect(try self.store.setPassword(hash, ofUser: "alice", keepingSession: "sid-1", at: later))
        #expect(try !self.store.setPassword(hash, ofUser: "carol", keepingSession: nil, at: later))
        let alice = try #require(try self.store.user(named: "alice"))
        #expect(alice.passwordHash.text == hash.text && alice.passwordChanged == later)
        #expect(try self.store.session(self.cookie.digest, at: later) != nil)
        #expect(try self.store.session(other.digest, at: later) == nil)
        #expect(try self.store.session(bob.digest, at: later) != nil)
        let revoked = try grants.map { try self.store.grant($0.id, at: later)?.revoked != nil }
        #expect(revoked == [false, true, true, false])
    }

    @Test("a new password set from nowhere ends everything")
    func passwordFromNowhere() throws {
        let grants = [Fixture.grant(session: "sid-1"), Fixture.grant()]
        for grant in grants { try self.store.addGrant(grant, at: Fixture.now) }
        #expect(try self.store.setPassword(Self.hash(), ofUser: "alice", keepingSession: nil, at: Fixture.now))
        #expect(try self.store.session(self.cookie.digest, at: Fixture.now) == nil)
        #expect(try self.store.grants(ofUser: "alice", at: Fixture.now).isEmpty)
    }

    @Test("that are removed lose all that they had")
    func removal() throws {
        let consent = Consent(user: "alice", client: "docs", scopes: ["openid"], given: Fixture.now)
        try self.store.remember(consent)
        try self.store.addGrant(Fixture.grant(), at: Fixture.now)
        #expect(try self.store.removeUser(named: "alice", at: Fixture.now))
        #expect(try !self.store.removeUser(named: "alice", at: Fixture.now))
        #expect(try self.store.user(named: "alice") == nil)
        #expect(try self.store.session(self.cookie.digest, at: Fixture.now) == nil)
        #expect(try self.store.consents(ofUser: "alice").isEmpty)
        #expect(try self.store.revokedGrants(since: Fixture.now).count == 1)
    }

    @Test("sessions end when they are idle or old, whichever comes first")
    func sessionLife() throws {
        let digest = self.cookie.digest
        func session(after: Duration) throws -> BrowserSession? {
            try self.store.session(digest, at: Fixture.now + after)
        }
        #expect(try session(after: .milliseconds(59_999)) == Self.session("sid-1", self.cookie))
        #expect(try session(after: .seconds(60)) == nil)
        let until = Fixture.now + .seconds(110)
        #expect(try self.store.extendSession(digest, idleExpires: until, at: Fixture.now + .seconds(50)))
        #expect(try session(after: .milliseconds(99_999)) != nil)
        #expect(try session(after: .seconds(100)) == nil)
        #expect(try !self.store.extendSession(digest, idleExpires: until, at: Fixture.now + .seconds(100)))
        try self.store.removeExpired(at: Fixture.now + .seconds(100))
        #expect(try self.store.count("SELECT count(*) FROM sessions") == 0)
    }

    @Test("AS10: signing out revokes the grants of that session and no others")
    func signOut() throws {
        let (mine, other) = (Fixture.grant(session: "sid-1"), Fixture.grant(session: "sid-2"))
        for grant in [mine, other] { try self.store.addGrant(grant, at: Fixture.now) }
        #expect(try self.store.endSession(self.cookie.digest, at: Fixture.now)?.id == "sid-1")
        #expect(try self.store.endSession(self.cookie.digest, at: Fixture.now) == nil)
        #expect(try self.store.revokedGrants(since: Fixture.now).map(\.id) == [mine.id])
    }

    @Test("a renewed session has another secret, and keeps its grants")
    func renewal() throws {
        let (grant, renewed) = (Fixture.grant(session: "sid-1"), RandomSecret())
        try self.store.addGrant(grant, at: Fixture.now)
        try self.store.renewSession(self.cookie.digest, as: Self.session("sid-1", renewed), at: Fixture.now)
        #expect(try self.store.session(self.cookie.digest, at: Fixture.now) == nil)
        #expect(try self.store.session(renewed.digest, at: Fixture.now) == Self.session("sid-1", renewed))
        #expect(try self.store.grant(grant.id, at: Fixture.now)?.revoked == nil)
    }

    @Test("signing out everywhere ends all sessions and grants of one user")
    func signOutEverywhere() throws {
        let bob = RandomSecret()
        try self.store.addSession(Self.session("sid-2", bob, user: "bob"), at: Fixture.now)
        try self.store.addGrant(Fixture.grant(), at: Fixture.now)
        try self.store.addGrant(Fixture.grant(user: "bob"), at: Fixture.now)
        try self.store.endSessions(ofUser: "alice", at: Fixture.now)
        #expect(try self.store.session(self.cookie.digest, at: Fixture.now) == nil)
        #expect(try self.store.session(bob.digest, at: Fixture.now) != nil)
        #expect(try self.store.grantHolders(at: Fixture.now).users == ["bob"])
    }

    @Test("consents are remembered for each client, the last word counts, and withdrawing one ends its grants")
    func consents() throws {
        func consent(_ client: String, _ scopes: [String]) -> Consent {
            Consent(user: "alice", client: client, scopes: scopes, given: Fixture.now)
        }
        for next in [consent("tv", ["a"]), consent("docs", ["a"]), consent("docs", ["a", "b"])] {
            try self.store.remember(next)
        }
        #expect(try self.store.consents(ofUser: "alice") == [consent("docs", ["a", "b"]), consent("tv", ["a"])])
        let (docs, tv) = (Fixture.grant(), Fixture.grant(client: "tv"))
        for grant in [docs, tv] { try self.store.addGrant(grant, at: Fixture.now) }
        #expect(try self.store.withdrawConsent(ofUser: "alice", toClient: "docs", at: Fixture.now))
        #expect(try !self.store.withdrawConsent(ofUser: "alice", toClient: "docs", at: Fixture.now))
        #expect(try self.store.consent(ofUser: "alice", toClient: "docs") == nil)
        #expect(try self.store.consent(ofUser: "alice", toClient: "tv") != nil)
        #expect(try self.store.revokedGrants(since: Fixture.now).map(\.id) == [docs.id])
    }

    @Test("withdrawing says whether anything ended, also what was granted and not remembered")
    func withdrawnGrant() throws {
        let grant = Fixture.grant()
        try self.store.addGrant(grant, at: Fixture.now)
        #expect(try self.store.withdrawConsent(ofUser: "alice", toClient: "docs", at: Fixture.now))
        #expect(try self.store.revokedGrants(since: Fixture.now).map(\.id) == [grant.id])
        #expect(try !self.store.withdrawConsent(ofUser: "alice", toClient: "docs", at: Fixture.now))
    }

    @Test("sign-ins are told the newest first, and a bounded number is kept of each user")
    func signIns() throws {
        let kept = Int(SQLiteAuthorizationStore.keptSignIns)
        func signIn(_ user: String, _ second: Int) -> SignIn {
            SignIn(
                user: user,
                time: Fixture.now + .seconds(second),
                succeeded: second.isMultiple(of: 2),
                network: "192.0.2.0/24",
                userAgent: "Browser/\(second)"
            )
        }
        let all = [signIn("bob", 0)] + (0..<(kept + 2)).map { signIn("alice", $0) }
        try self.store.recordSignIns(all, at: Fixture.now)
        let newest = [signIn("alice", kept + 1), signIn("alice", kept)]
        #expect(try self.store.signIns(ofUser: "alice", limit: 2) == newest)
        #expect(try self.store.signIns(ofUser: "alice", limit: 1000).count == kept)
        #expect(try self.store.signIns(ofUser: "bob", limit: 1000) == [signIn("bob", 0)])
    }
}

@Suite("Stored clients")
struct ClientTests {
    @Test("are kept as they are, each name once, and lose their grants when they are removed")
    func clients() throws {
        let store = try Fixture.memory()
        var docs = ClientRecord(name: "docs", origin: .command, created: Fixture.now)
        docs.displayName = "The documentation"
        docs.secret = SecretDigest(of: "secret")
        docs.keySet = ["keys": []]
        docs.redirectURIs = ["https://app.example.com/cb?a=1,2", "com.example.app:/cb"]
        docs.postLogoutRedirectURIs = ["https://app.example.com/"]
        docs.grants = ["authorization_code", "refresh_token"]
        docs.scopes = ["openid", "items:read"]
        docs.introspects = ["items-api"]
        docs.requiresPushedRequests = true
        #expect(try store.addClient(docs))
        #expect(try !store.addClient(ClientRecord(name: "docs", origin: .registration, created: Fixture.now)))
        let bare = ClientRecord(name: "bare", origin: .registration, created: Fixture.now)
        #expect(try store.addClient(bare))
        #expect(try store.client(named: "docs") == docs && store.clients() == [bare, docs])

        try store.addGrant(Fixture.grant(), at: Fixture.now)
        try store.addGrant(Fixture.grant(client: "bare"), at: Fixture.now)
        #expect(try store.removeClient(named: "docs", at: Fixture.now))
        #expect(try !store.removeClient(named: "docs", at: Fixture.now))
        #expect(try store.client(named: "docs") == nil)
        #expect(try store.grantHolders(at: Fixture.now).clients == ["bare"])
    }

    @Test("tells a password hash of each kind that users have")
    func hashForms() throws {
        let store = try SQLiteAuthorizationStore(.memory, ring: SealingRing(.generate()))
        #expect(try store.passwordHashForms().isEmpty)
        let salt = String(repeating: "a", count: 22) + String(repeating: "b", count: 31)
        for (name, hash) in [("a", "$2b$12$\(salt)"), ("b", "$2b$10$\(salt)"), ("c", "$2b$12$\(salt)")] {
            let user = UserRecord(name: name, passwordHash: try PasswordHash(hash), created: Timestamp(seconds: 1))
            #expect(try store.addUser(user))
        }
        #expect(try store.passwordHashForms().map { $0.text.prefix(7) }.sorted() == ["$2b$10$", "$2b$12$"])
    }
}
