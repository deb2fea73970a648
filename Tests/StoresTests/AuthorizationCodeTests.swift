import Cryptography
import Testing

@testable import Stores

@Suite("Authorization codes")
struct AuthorizationCodeTests {
    let store: SQLiteAuthorizationStore
    let code = RandomSecret()
    let grant = Fixture.grant(expires: .seconds(60))

    init() throws {
        self.store = try Fixture.memory()
        _ = try self.store.addCode(Fixture.code(self.code, grant: self.grant), at: Fixture.now)
    }

    @Test("AS3: are redeemed once, with all that they are bound to")
    func first() throws {
        guard case .first(let redeemed) = try self.store.redeem(self.code) else {
            Issue.record("the first redemption counts")
            return
        }
        #expect(redeemed.redirectURI == "http://127.0.0.1:8080/callback" && redeemed.nonce == "n-0S6_WzA2Mj")
        #expect(redeemed.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(redeemed.keyThumbprint == Fixture.thumbprint)
        #expect(redeemed.grant.user == "alice" && redeemed.grant.client == "docs")
        #expect(redeemed.grant.scopes == self.grant.scopes && redeemed.grant.resources == self.grant.resources)
        #expect(redeemed.grant.authenticated == self.grant.authenticated)
        #expect(redeemed.grant.expires == Fixture.now + .seconds(3600))
    }

    @Test("AS3: a second time they name the grant, which is revoked")
    func second() throws {
        _ = try self.store.redeem(self.code)
        let later = Fixture.now + .seconds(5)
        #expect(try self.store.redeem(self.code, at: later) == .again(self.grant.id))
        #expect(try self.store.grant(self.grant.id, at: later)?.revoked == later)
        #expect(try self.store.redeem(self.code, at: later) == .again(self.grant.id))
    }

    @Test("a second time is seen long after the code is over, for as long as its grant lasts")
    func late() throws {
        _ = try self.store.redeem(self.code)
        let later = Fixture.now + .seconds(3599)
        try self.store.removeExpired(at: later)
        #expect(try self.store.redeem(self.code, at: later) == .again(self.grant.id))
    }

    @Test("another client neither redeems them nor uses them up")
    func client() throws {
        #expect(try self.store.redeem(self.code, client: "worker") == .unknown)
        guard case .first = try self.store.redeem(self.code) else {
            Issue.record("the code is whole")
            return
        }
        #expect(try self.store.redeem(self.code, client: "worker") == .unknown)
        #expect(try self.store.grant(self.grant.id, at: Fixture.now)?.revoked == nil)
    }

    @Test("are unknown when they are over, to the millisecond, and go with their grant")
    func expiry() throws {
        let end = Fixture.now + .seconds(60)
        #expect(try self.store.redeem(self.code, at: end) == .unknown)
        #expect(try self.store.grant(self.grant.id, at: end) == nil)
        try self.store.removeExpired(at: end)
        #expect(try self.store.count("SELECT count(*) FROM authorization_codes") == 0)
        #expect(try self.store.count("SELECT count(*) FROM grants") == 0)
    }

    @Test("count until the last millisecond")
    func lastMoment() throws {
        guard case .first = try self.store.redeem(self.code, at: Fixture.now + .milliseconds(59_999)) else {
            Issue.record("the code is not over")
            return
        }
    }

    @Test("of a revoked grant are unknown, and give no refresh token")
    func revoked() throws {
        let token = RandomSecret()
        #expect(try self.store.revokeGrant(self.grant.id, at: Fixture.now))
        #expect(try self.store.redeem(self.code, issuing: token) == .unknown)
        #expect(try self.store.count("SELECT count(*) FROM refresh_tokens") == 0)
    }

    @Test("give their refresh token when they are redeemed, and that alone")
    func refreshToken() throws {
        let (token, another) = (RandomSecret(), RandomSecret())
        _ = try self.store.redeem(self.code, issuing: token)
        #expect(try self.store.refreshToken(token.digest, at: Fixture.now)?.grant.id == self.grant.id)
        _ = try self.store.redeem(self.code, issuing: another)
        #expect(try self.store.count("SELECT count(*) FROM refresh_tokens") == 1)
    }

    @Test("AS20: stay whole if their refresh token cannot be kept")
    func failure() throws {
        let token = RandomSecret()
        try self.store.issue(token)
        #expect(throws: StoreError.self) { try self.store.redeem(self.code, issuing: token) }
        #expect(try self.store.grant(self.grant.id, at: Fixture.now) == self.grant)
        guard case .first = try self.store.redeem(self.code, issuing: RandomSecret()) else {
            Issue.record("the code is whole")
            return
        }
    }

    @Test("that were never issued are unknown")
    func unknown() throws {
        #expect(try self.store.redeem(RandomSecret()) == .unknown)
    }

    @Test("are not in the file, and neither are refresh tokens; their digests are")
    func digests() throws {
        let directory = try TemporaryDirectory()
        let (code, token) = (RandomSecret(), RandomSecret())
        let store = try Fixture.open(directory.database)
        _ = try store.addCode(Fixture.code(code), at: Fixture.now)
        try store.issue(token)
        let successor = try #require(try store.rotateRefreshToken(Fixture.rotation(token), at: Fixture.now).rotated)
        let written = try directory.everything()
        for secret in [code, token, successor] {
            #expect(!written.contains(Array(secret.text.utf8)))
            #expect(written.contains(secret.digest.bytes))
        }
    }
}
