import Stores
import Testing

@testable import AuthorizationServer

@Suite("Grants that were revoked")
struct RevokedGrantsTests {
    private let bench: EndpointBench
    private let start = EndpointBench.start

    init() throws { self.bench = try EndpointBench() }

    private func revoked(at time: Timestamp) throws -> GrantID {
        let grant = Grant(
            user: "alice",
            client: "docs",
            scopes: [],
            created: time,
            expires: time + .seconds(30 * 86_400)
        )
        try self.bench.store.addGrant(grant, at: time)
        #expect(try self.bench.store.revokeGrant(grant.id, at: time))
        return grant.id
    }

    @Test("are known for as long as any access token may count, whatever the lifetime is now")
    func window() throws {
        let old = try self.revoked(at: self.start)
        var revoked = RevokedGrants()
        let day = self.start + TokenLifetimes.longestAccess
        #expect(try revoked.renew(self.bench.store, at: day))
        #expect(revoked.grants == [old])
        #expect(try !revoked.renew(self.bench.store, at: day + .seconds(120)))
        #expect(revoked.grants == [old])
        #expect(try revoked.renew(self.bench.store, at: day + .seconds(121)))
        #expect(revoked.grants.isEmpty)
    }

    @Test("are taken once each, also when another process was late to say so")
    func new() throws {
        var revoked = RevokedGrants()
        #expect(try !revoked.renew(self.bench.store, at: self.start + .seconds(20)))
        let late = try self.revoked(at: self.start)
        #expect(try revoked.renew(self.bench.store, at: self.start + .seconds(21)))
        #expect(try !revoked.renew(self.bench.store, at: self.start + .seconds(22)))
        #expect(revoked.grants == [late])
    }
}
