import Cryptography
import Testing

@testable import Stores

@Suite("Fifty connections at once")
struct RaceTests {
    static let count = 50

    @Test("AS20: redeem a code once")
    func code() throws {
        let directory = try TemporaryDirectory()
        let path = directory.database
        let code = RandomSecret()
        let grant = Fixture.grant(expires: .seconds(60))
        _ = try Fixture.open(path).addCode(Fixture.code(code, grant: grant), at: Fixture.now)
        let outcomes = try Threads.race(Self.count, ready: { _ in try Fixture.open(path) }) { try $0.redeem(code) }
        let successes = outcomes.filter { if case .first = $0 { true } else { false } }
        #expect(successes.count == 1)
        #expect(outcomes.filter { $0 == .again(grant.id) }.count == Self.count - 1)
    }

    @Test("AS20: rotate a refresh token once without a grace")
    func noGrace() throws {
        let outcomes = try self.race(grace: .zero)
        #expect(outcomes.compactMap(\.rotated).count == 1)
        #expect(outcomes.compactMap(\.repeated).isEmpty)
    }

    @Test("AS20: make one successor of a refresh token with a grace, and all get it")
    func grace() throws {
        let outcomes = try self.race(grace: .seconds(10))
        #expect(outcomes.compactMap(\.rotated).count == 1)
        #expect(outcomes.compactMap(\.repeated).count == Self.count - 1)
        #expect(Set(outcomes.compactMap { ($0.rotated ?? $0.repeated)?.text }).count == 1)
    }

    @Test("AS20: give an approved device its tokens once")
    func device() throws {
        let directory = try TemporaryDirectory()
        let path = directory.database
        let (device, user) = (RandomSecret(), RandomSecret())
        let store = try Fixture.open(path)
        _ = try store.addDevice(DeviceGrantTests.device(device, user), at: Fixture.now)
        _ = try store.approveDevice(userCode: user.digest, grant: Fixture.grant(client: "tv"), at: Fixture.now)
        let polls = try Threads.race(Self.count, ready: { _ in try Fixture.open(path) }) { store in
            try store.pollDevice(
                device.digest,
                client: "tv",
                grantExpires: Fixture.now + .seconds(3600),
                at: Fixture.now
            )
        }
        #expect(polls.filter { if case .approved = $0 { true } else { false } }.count == 1)
        #expect(polls.filter { $0 == .unknown }.count == Self.count - 1)
    }

    @Test("use a jti once")
    func tokenID() throws {
        let directory = try TemporaryDirectory()
        let path = directory.database
        _ = try Fixture.open(path)
        let uses = try Threads.race(Self.count, ready: { _ in try Fixture.open(path) }) { store in
            try store.useTokenID(
                "one",
                in: .proof,
                owner: "key",
                expires: Fixture.now + .seconds(60),
                at: Fixture.now
            )
        }
        #expect(uses.filter { $0 }.count == 1)
    }

    @Test("make a store that is not there yet, and all have it")
    func opening() throws {
        let directory = try TemporaryDirectory()
        let path = directory.database
        let stores = try Threads.race(Self.count, ready: { _ in }) {
            try Fixture.open(path).count("PRAGMA user_version")
        }
        #expect(stores == Array(repeating: Int64(Migrations.steps.count), count: Self.count))
    }

    private func race(grace: Duration) throws -> [RefreshOutcome] {
        let directory = try TemporaryDirectory()
        let path = directory.database
        let token = RandomSecret()
        let store = try Fixture.open(path)
        try store.issue(token)
        let outcomes = try Threads.race(Self.count, ready: { _ in try Fixture.open(path) }) { store in
            try store.rotateRefreshToken(Fixture.rotation(token, grace: grace), at: Fixture.now)
        }
        #expect(try store.count("SELECT count(*) FROM refresh_tokens") == 2)
        return outcomes
    }
}
