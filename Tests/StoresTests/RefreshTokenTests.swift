import Cryptography
import Testing

@testable import Stores

@Suite("Refresh tokens")
struct RefreshTokenTests {
    let store: SQLiteAuthorizationStore
    let token = RandomSecret()
    let grant = Fixture.grant()

    init() throws {
        self.store = try Fixture.memory()
        try self.store.issue(self.token, grant: self.grant)
    }

    private func rotate(
        _ secret: RandomSecret,
        grace: Duration = .seconds(10),
        after: Duration = .zero
    ) throws -> RefreshOutcome {
        let now = Fixture.now + after
        return try self.store.rotateRefreshToken(Fixture.rotation(secret, grace: grace, at: now), at: now)
    }

    private var isRevoked: Bool {
        get throws { try self.store.grant(self.grant.id, at: Fixture.now)?.revoked != nil }
    }

    @Test("AS9: rotate, link by link")
    func chain() throws {
        var current = self.token
        for _ in 0..<5 {
            let next = try #require(try self.rotate(current).rotated)
            #expect(next.text != current.text)
            #expect(try self.store.refreshToken(current.digest, at: Fixture.now) == nil)
            current = next
        }
        let last = try #require(try self.store.refreshToken(current.digest, at: Fixture.now))
        #expect(last.grant == self.grant && last.token.expires == Fixture.now + .seconds(3000))
    }

    @Test("give the same successor again within the grace, to the millisecond")
    func grace() throws {
        let successor = try #require(try self.rotate(self.token).rotated)
        let again = try #require(try self.rotate(self.token, after: .milliseconds(9999)).repeated)
        #expect(again.text == successor.text)
        #expect(try !self.isRevoked)
        #expect(try self.store.count("SELECT count(*) FROM refresh_tokens") == 2)
    }

    @Test("AS9: presented after the grace end their grant")
    func afterGrace() throws {
        let successor = try #require(try self.rotate(self.token).rotated)
        #expect(try self.rotate(self.token, after: .seconds(10)).reused == self.grant.id)
        #expect(try self.isRevoked)
        #expect(try self.rotate(successor, after: .seconds(11)).isUnknown)
        #expect(try self.rotate(self.token, after: .seconds(11)).isUnknown)
    }

    @Test("AS9: presented when their successor was used end their grant, grace or not")
    func successorUsed() throws {
        let second = try #require(try self.rotate(self.token).rotated)
        let third = try #require(try self.rotate(second).rotated)
        #expect(try self.rotate(self.token).reused == self.grant.id)
        #expect(try self.rotate(third).isUnknown)
    }

    @Test("AS20: with a grace of zero a second presentation is reuse, and nothing is held sealed")
    func noGrace() throws {
        #expect(try self.rotate(self.token, grace: .zero).rotated != nil)
        #expect(try self.store.count("SELECT count(sealed_successor) FROM refresh_tokens") == 0)
        #expect(try self.rotate(self.token, grace: .zero).reused == self.grant.id)
    }

    @Test("what a later policy says of the grace does not bring back what is over")
    func changedGrace() throws {
        _ = try self.rotate(self.token, grace: .zero)
        #expect(try self.rotate(self.token, grace: .seconds(60)).reused == self.grant.id)
    }

    @Test("hold their successor sealed, bound to their row, and only for the grace")
    func sealing() throws {
        _ = try self.rotate(self.token)
        #expect(try self.store.count("SELECT count(sealed_successor) FROM refresh_tokens") == 1)
        try self.store.removeExpired(at: Fixture.now + .milliseconds(9999))
        #expect(try self.store.count("SELECT count(sealed_successor) FROM refresh_tokens") == 1)
        try self.store.removeExpired(at: Fixture.now + .seconds(10))
        #expect(try self.store.count("SELECT count(sealed_successor) FROM refresh_tokens") == 0)
        #expect(try self.store.count("SELECT count(successor) FROM refresh_tokens") == 1)
    }

    @Test("forget the sealed successor as soon as it is used")
    func unsealing() throws {
        let second = try #require(try self.rotate(self.token).rotated)
        _ = try self.rotate(second, grace: .zero)
        #expect(try self.store.count("SELECT count(sealed_successor) FROM refresh_tokens") == 0)
    }

    @Test("a sealed successor that was moved to another row opens no more")
    func movedBox() throws {
        let other = RandomSecret()
        let otherGrant = Fixture.grant()
        try self.store.issue(other, grant: otherGrant)
        _ = try self.rotate(self.token)
        _ = try self.rotate(other)
        try self.store.database.run(
            """
            UPDATE refresh_tokens SET sealed_successor =
            (SELECT sealed_successor FROM refresh_tokens WHERE digest = ?) WHERE digest = ?
            """,
            other.digest,
            self.token.digest
        )
        #expect(try self.rotate(self.token).reused == self.grant.id)
    }

    @Test("AS10: of another client, or bound to another key, are unknown, and nothing happens to them")
    func binding() throws {
        let bound = RandomSecret()
        try self.store.issue(bound, thumbprint: "key-1")
        func outcome(_ secret: RandomSecret, _ client: String, _ thumbprint: String?) throws -> RefreshOutcome {
            let rotation = Fixture.rotation(secret, client: client, thumbprint: thumbprint)
            return try self.store.rotateRefreshToken(rotation, at: Fixture.now)
        }
        #expect(try outcome(self.token, "worker", nil).isUnknown)
        #expect(try outcome(self.token, "docs", "key-1").isUnknown)
        #expect(try outcome(bound, "docs", nil).isUnknown)
        #expect(try outcome(bound, "docs", "key-2").isUnknown)
        let successor = try #require(try outcome(bound, "docs", "key-1").rotated)
        // A predecessor is as bound as its successor.
        #expect(try outcome(bound, "docs", nil).isUnknown)
        #expect(try outcome(bound, "docs", "key-1").repeated?.text == successor.text)
        #expect(try outcome(successor, "docs", "key-2").isUnknown)
        #expect(try outcome(successor, "docs", "key-1").rotated != nil)
        #expect(try self.rotate(self.token).rotated != nil)
    }

    @Test("AS10: end when they are idle, and each rotation begins the idle time anew")
    func idle() throws {
        let second = try #require(try self.rotate(self.token, after: .seconds(599)).rotated)
        #expect(try self.rotate(second, after: .seconds(1199)).isUnknown)
        let third = try #require(try self.rotate(second, after: .milliseconds(1_198_999)).rotated)
        #expect(try self.store.refreshToken(third.digest, at: Fixture.now + .seconds(1300)) != nil)
    }

    @Test("AS10, B10: end with the first of the chain, however often they were rotated")
    func absolute() throws {
        var current = self.token
        for round in 1...5 { current = try #require(try self.rotate(current, after: .seconds(round * 590)).rotated) }
        current = try #require(try self.rotate(current, after: .milliseconds(2_999_999)).rotated)
        #expect(try self.rotate(current, after: .seconds(3000)).isUnknown)
    }

    @Test("of a revoked grant are unknown")
    func revoked() throws {
        #expect(try self.store.revokeGrant(self.grant.id, at: Fixture.now))
        #expect(try self.rotate(self.token).isUnknown)
        #expect(try self.store.refreshToken(self.token.digest, at: Fixture.now) == nil)
    }

    @Test("end their grant when they are revoked, also after they were rotated; but only for their client")
    func revocation() throws {
        _ = try self.rotate(self.token)
        let (digest, now) = (self.token.digest, Fixture.now)
        #expect(try self.store.revokeGrant(ofRefreshToken: digest, client: "worker", at: now) == nil)
        #expect(try self.store.revokeGrant(ofRefreshToken: digest, client: "docs", at: now) == self.grant.id)
        #expect(try self.store.revokeGrant(ofRefreshToken: digest, client: "docs", at: now) == nil)
        #expect(try self.isRevoked)
    }
}
