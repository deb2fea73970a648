import Cryptography
import Testing

@testable import Stores

@Suite("Grants")
struct GrantTests {
    let store: SQLiteAuthorizationStore

    init() throws { self.store = try Fixture.memory() }

    @Test("are kept as they are, also those of a client for itself")
    func roundTrip() throws {
        let bare = Grant(
            user: nil,
            client: "worker",
            scopes: [],
            created: Fixture.now,
            expires: Fixture.now + .seconds(1)
        )
        for grant in [Fixture.grant(session: "sid"), bare] {
            try self.store.addGrant(grant, at: Fixture.now)
            #expect(try self.store.grant(grant.id, at: Fixture.now) == grant)
            #expect(try self.store.grant(grant.id, at: grant.expires) == nil)
        }
    }

    @Test("are revoked once, one by one or all of a user or a client")
    func revocation() throws {
        let grants = [
            Fixture.grant(), Fixture.grant(), Fixture.grant(user: "bob"), Fixture.grant(user: nil, client: "worker"),
        ]
        for grant in grants { try self.store.addGrant(grant, at: Fixture.now) }
        #expect(try self.store.grants(ofUser: "alice", at: Fixture.now).map(\.id) == [grants[1].id, grants[0].id])
        let holders = GrantHolders(users: ["alice", "bob"], clients: ["docs", "worker"])
        #expect(try self.store.grantHolders(at: Fixture.now) == holders)

        #expect(try self.store.revokeGrant(grants[0].id, at: Fixture.now))
        #expect(try !self.store.revokeGrant(grants[0].id, at: Fixture.now))
        #expect(try !self.store.revokeGrant(GrantID(), at: Fixture.now))
        #expect(try self.store.revokeGrants(ofUser: "alice", at: Fixture.now) == 1)
        #expect(try self.store.revokeGrants(ofClient: "worker", at: Fixture.now) == 1)
        #expect(try self.store.grants(ofUser: "alice", at: Fixture.now).isEmpty)
        let rest = GrantHolders(users: ["bob"], clients: ["docs"])
        #expect(try self.store.grantHolders(at: Fixture.now) == rest)
    }

    /// Three grants, revoked one after the other, the last by a clock that was set back.
    private func threeRevoked() throws -> [RevokedGrant] {
        try [3, 4, 2].map { seconds in
            let (grant, time) = (Fixture.grant(), Fixture.now + .seconds(seconds))
            try self.store.addGrant(grant, at: Fixture.now)
            #expect(try self.store.revokeGrant(grant.id, at: time))
            return RevokedGrant(id: grant.id, revoked: time)
        }
    }

    @Test("that were revoked are told in the order in which they were, page by page")
    func revocationPages() throws {
        let revoked = try self.threeRevoked()
        let first = try self.store.revocations(after: 0, since: Fixture.now, limit: 2)
        #expect(first.grants == Array(revoked[..<2]))
        #expect(!first.isLast)
        let second = try self.store.revocations(after: first.position, since: Fixture.now, limit: 2)
        #expect(second.grants == [revoked[2]])
        #expect(second.isLast)
        #expect(
            try self.store.revocations(after: second.position, since: Fixture.now, limit: 2)
                == RevocationPage(grants: [], position: second.position, isLast: true)
        )
    }

    @Test("that were revoked long ago are passed over, the moment itself is not")
    func revocationsSince() throws {
        let revoked = try self.threeRevoked()
        let page = try self.store.revocations(after: 0, since: Fixture.now + .seconds(3), limit: 3)
        #expect(page.grants == Array(revoked[..<2]))
        #expect(try self.store.revocations(after: page.position, since: Fixture.now, limit: 3).grants.isEmpty)
    }

    @Test("that are over leave no revocation, and their place is given to no other")
    func endedRevocations() throws {
        let revoked = try self.threeRevoked()
        let page = try self.store.revocations(after: 0, since: Fixture.now, limit: 9)
        #expect(page.grants == revoked)
        try self.store.removeExpired(at: Fixture.now + .seconds(365 * 86_400))
        #expect(try self.store.count("SELECT count(*) FROM revocations") == 0)
        let next = try self.threeRevoked()
        #expect(try self.store.revocations(after: page.position, since: Fixture.now, limit: 9).grants == next)
    }

    @Test("are told when they were revoked before anything was kept of them")
    func revokedFromTheStart() throws {
        let grant = Grant(
            user: nil,
            client: "worker",
            scopes: [],
            created: Fixture.now,
            expires: Fixture.now + .seconds(60),
            revoked: Fixture.now
        )
        try self.store.addGrant(grant, at: Fixture.now)
        let page = try self.store.revocations(after: 0, since: Fixture.now, limit: 9)
        #expect(page.grants == [RevokedGrant(id: grant.id, revoked: Fixture.now)])
    }

    @Test("take all that came of them with them when they are over")
    func cascade() throws {
        let code = RandomSecret()
        _ = try self.store.addCode(Fixture.code(code), at: Fixture.now)
        _ = try self.store.redeem(code, issuing: RandomSecret())
        try self.store.removeExpired(at: Fixture.now + .seconds(3600))
        for table: StaticString in [
            "SELECT count(*) FROM grants", "SELECT count(*) FROM authorization_codes",
            "SELECT count(*) FROM refresh_tokens",
        ] {
            #expect(try self.store.count(table) == 0)
        }
    }

    @Test("that are over go a bounded number at a time, with any write")
    func boundedSweep() throws {
        let limit = Int(SQLiteAuthorizationStore.removedAtOnce)
        for _ in 0..<(limit * 2 + 1) { try self.store.addGrant(Fixture.grant(expires: .seconds(1)), at: Fixture.now) }
        let later = Fixture.now + .seconds(2)
        var left: [Int64] = []
        for round in 0..<4 {
            _ = try self.store.useTokenID("\(round)", in: .proof, owner: "", expires: later + .seconds(9), at: later)
            left.append(try self.store.count("SELECT count(*) FROM grants"))
        }
        #expect(left == [Int64(limit + 1), 1, 0, 0])
    }

    @Test("with many refresh tokens go bit by bit, tokens first")
    func boundedCascade() throws {
        let limit = SQLiteAuthorizationStore.removedAtOnce
        let (grant, other) = (Fixture.grant(expires: .seconds(1)), Fixture.grant(expires: .milliseconds(1500)))
        try self.store.issue(RandomSecret(), grant: other)
        try self.store.addGrant(grant, at: Fixture.now)
        // More than the sweep of expired tokens takes in a turn; these have not expired themselves.
        for _ in 1...(limit * 2 + 1) {
            let token = Fixture.refreshToken(RandomSecret()).of(grant.id)
            try self.store.write(at: Fixture.now) { () throws(StoreError) in try self.store.insert(token) }
        }
        let later = Fixture.now + .seconds(2)
        var left: [[Int64]] = []
        for _ in 1...4 {
            try self.store.removeExpired(at: later)
            left.append([
                try self.store.count("SELECT count(*) FROM refresh_tokens"),
                try self.store.count("SELECT count(*) FROM grants"),
            ])
        }
        #expect(left == [[limit + 2, 2], [2, 2], [0, 0], [0, 0]])
    }

    @Test("the store proves that it can be written, and leaves no trace of it")
    func writable() throws {
        try self.store.proveWritable(at: Fixture.now)
        #expect(try self.store.count("SELECT count(*) FROM proof_ids") == 0)
    }
}
