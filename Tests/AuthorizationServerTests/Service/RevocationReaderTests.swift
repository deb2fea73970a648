import Stores
import Testing

@testable import AuthorizationServer

@Suite("Grants that were revoked")
struct RevocationReaderTests {
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
        var reader = RevocationReader()
        let day = self.start + TokenLifetimes.longestAccess
        #expect(try reader.renew(self.bench.store, at: day))
        #expect(reader.grants.contains(old))
        #expect(try !reader.renew(self.bench.store, at: day + .seconds(120)))
        #expect(reader.grants.contains(old))
        #expect(try !reader.renew(self.bench.store, at: day + .seconds(121)))
        #expect(reader.grants.isEmpty)
        var later = RevocationReader()
        #expect(try !later.renew(self.bench.store, at: day + .seconds(121)))
        #expect(later.grants.isEmpty)
    }

    @Test("are taken once each, also when another process was very late to say so")
    func new() throws {
        var reader = RevocationReader()
        let early = try self.revoked(at: self.start + .seconds(3600))
        #expect(try reader.renew(self.bench.store, at: self.start + .seconds(3600)))
        // Its transaction waited, or the clock was set back.
        let late = try self.revoked(at: self.start)
        #expect(try reader.renew(self.bench.store, at: self.start + .seconds(3601)))
        #expect(try !reader.renew(self.bench.store, at: self.start + .seconds(3602)))
        #expect(reader.grants.count == 2)
        #expect(reader.grants.contains(early) && reader.grants.contains(late))
        #expect(reader.takeAdded() == [early, late] && reader.takeAdded().isEmpty)
        #expect(Set(reader.grants.all.map(\.id)) == [early, late])
    }

    @Test("are all taken when they fill more than a page")
    func pages() throws {
        let count = RevocationReader.pageCount + 1
        for _ in 0..<count { _ = try self.revoked(at: self.start) }
        var reader = RevocationReader()
        #expect(try reader.renew(self.bench.store, at: self.start))
        #expect(reader.grants.count == count)
    }

    @Test("are news even if the store fails before all of them were read")
    func failure() throws {
        let count = RevocationReader.pageCount + 1
        for _ in 0..<count { _ = try self.revoked(at: self.start) }
        var reader = RevocationReader()
        let failing = StoreOfOnePage(store: self.bench.store)
        #expect(throws: StoreError.self) { try reader.renew(failing, at: self.start) }
        #expect(reader.grants.count == RevocationReader.pageCount)
        // The rest of them is no more than one, and may be none.
        #expect(try reader.renew(self.bench.store, at: self.start))
        #expect(try !reader.renew(self.bench.store, at: self.start))
        var another = RevocationReader()
        #expect(throws: StoreError.self) { try another.renew(failing, at: self.start) }
        #expect(try another.renew(EmptyStore(), at: self.start))
    }

    @Test("of whom somebody was told stay as they were told")
    func sharing() {
        var grants = RevokedGrants()
        let ids = (0..<1000).map { _ in GrantID() }
        for id in ids { _ = grants.add(RevokedGrant(id: id, revoked: self.start)) }
        let told = grants
        let one = GrantID()
        let revoked = RevokedGrant(id: one, revoked: self.start)
        let isNew = [grants.add(revoked), grants.add(revoked)]
        #expect(isNew == [true, false])
        #expect(grants.refusesMore(than: told))
        #expect(!told.contains(one))
        #expect(ids.allSatisfy { grants.contains($0) && told.contains($0) })
    }
}

extension RevocationReaderTests {
    /// Revokes one more grant than a reader knows one by one, the last `seconds` after the first.
    private func overflow(_ reader: inout RevocationReader, after seconds: Int) throws -> [GrantID] {
        let ids = [0, 1, seconds].map { self.start + .seconds($0) }.map { try? self.revoked(at: $0) }
        #expect(try reader.renew(self.bench.store, at: self.start + .seconds(seconds)))
        return try ids.map { try #require($0) }
    }

    @Test("beyond the bound are forgotten, and all tokens that may be theirs are refused instead")
    func bound() throws {
        var reader = RevocationReader(maximumCount: 2)
        let ids = try self.overflow(&reader, after: 3600)
        #expect(ids.map { reader.grants.contains($0) } == [false, true, true])
        // A token may bear a time after that of its revocation when the clock was set back in between.
        let end = (self.start + TokenLifetimes.margin).seconds
        #expect(reader.grants.mayContainGrant(ofTokenIssuedAt: end))
        #expect(!reader.grants.mayContainGrant(ofTokenIssuedAt: end + 1))
        #expect(reader.grants.mayContainGrant(ofTokenIssuedAt: nil))
    }

    @Test("beyond the bound leave the tokens alone that are issued from then on")
    func freshTokens() throws {
        var reader = RevocationReader(maximumCount: 2)
        _ = try self.overflow(&reader, after: 2)
        let now = (self.start + .seconds(2)).seconds
        #expect(reader.grants.mayContainGrant(ofTokenIssuedAt: now))
        #expect(!reader.grants.mayContainGrant(ofTokenIssuedAt: now + 1))
    }

    @Test("up to the bound are all known by their names")
    func edge() throws {
        var reader = RevocationReader(maximumCount: 3)
        let ids = try self.overflow(&reader, after: 3600)
        #expect(ids.allSatisfy { reader.grants.contains($0) })
        #expect(!reader.grants.mayContainGrant(ofTokenIssuedAt: self.start.seconds))
    }

    @Test("beyond the bound matter no longer when no token can be theirs")
    func end() throws {
        var reader = RevocationReader(maximumCount: 2)
        _ = try self.overflow(&reader, after: 3600)
        let end = self.start + TokenLifetimes.margin + RevocationReader.window
        _ = try reader.renew(self.bench.store, at: end)
        #expect(reader.grants.mayContainGrant(ofTokenIssuedAt: nil))
        _ = try reader.renew(self.bench.store, at: end + .seconds(1))
        #expect(!reader.grants.mayContainGrant(ofTokenIssuedAt: nil))
    }
}

/// Fails at the second page.
private struct StoreOfOnePage: RevocationStore {
    let store: any AuthorizationStore

    func revocations(after position: Int64, since: Timestamp, limit: Int) throws(StoreError) -> RevocationPage {
        guard position == 0 else { throw .locked("by a test") }
        return try self.store.revocations(after: position, since: since, limit: limit)
    }
}

/// Has nothing to tell any more.
private struct EmptyStore: RevocationStore {
    func revocations(after position: Int64, since: Timestamp, limit: Int) -> RevocationPage {
        RevocationPage(grants: [], position: position, isLast: true)
    }
}
