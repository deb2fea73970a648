import LogReading
import Reactor
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer
@testable import Login
@testable import SharedState

@Suite("Revocations between gateways", .serialized)
struct RevocationExchangeTests {
    private let server: EmbeddedBench
    private let bench = FeedBench()
    private let news = News()
    /// Milliseconds since 1970.
    private static let now: Int64 = 1_800_000_000_000

    init() throws { self.server = try EmbeddedBench() }

    private final class News {
        var revoked: [Set<GrantName>] = []
        var losses = 0
    }

    private func exchange(
        _ revocations: SharedRevocations,
        log: OperationalLog = OperationalLog(fileDescriptor: -1)
    ) -> RevocationExchange {
        RevocationExchange(
            revocations,
            state: self.bench.state,
            on: self.bench.loop,
            log: log,
            tell: { [news] in
                switch $0 {
                case .revoked(let grants): news.revoked.append(grants)
                case .unknown: news.losses += 1
                }
            },
            now: { Self.now }
        )
    }

    /// The server's, with these revoked since the one before.
    private func snapshot(
        _ grants: [GrantID],
        at revocation: Int64 = Self.now,
        after former: AuthorizationSnapshot? = nil
    ) -> AuthorizationSnapshot {
        let former = former ?? self.server.server.snapshot
        var revoked = former.revoked
        let moment = Timestamp(milliseconds: revocation)
        for grant in grants { _ = revoked.add(RevokedGrant(id: grant, revoked: moment)) }
        return AuthorizationSnapshot(former, revoked: revoked, newlyRevoked: grants)
    }

    private func name(_ grant: GrantID) throws -> GrantName {
        try #require(GrantName(grant, issuer: IssuerMark(EmbeddedBench.issuer)))
    }

    @Test("AS10: what the server has revoked is told once, with its issuer, for as long as its tokens may count")
    func told() throws {
        let revocations = SharedRevocations()
        let exchange = self.exchange(revocations)
        let grant = GrantID()
        let name = try self.name(grant)
        let first = self.snapshot([grant])
        exchange.adopt(first)
        exchange.adopt(self.snapshot([], after: first))
        try #require(self.bench.run { revocations.isFresh && self.news.revoked == [[name]] })
        let other = try self.name(GrantID())
        #expect(revocations.contains(name) && !revocations.contains(other))
        let told = SharedCutOff(
            .grants,
            key: name.bytes,
            lifetime: TokenLifetimes.longestAccess + TokenLifetimes.margin
        )
        #expect(self.bench.state.added == [told])
    }

    @Test("AS10: what others revoke is not known while the state is away, and what was not told is told later")
    func away() throws {
        let revocations = SharedRevocations()
        let exchange = self.exchange(revocations)
        try #require(self.bench.run { revocations.isFresh })
        self.bench.isAway = true
        exchange.adopt(self.snapshot([GrantID()]))
        try #require(self.bench.run { self.news.losses == 1 })
        #expect(!revocations.isFresh && self.bench.state.added.isEmpty)
        self.bench.isAway = false
        try #require(self.bench.run { self.bench.state.added.count == 1 })
        // Others may be about to tell what they have revoked meanwhile.
        #expect(!revocations.isFresh)
        #expect(self.bench.run { revocations.isFresh })
    }

    @Test("AS10: a state that has lost everything is told all again")
    func lost() throws {
        let revocations = SharedRevocations()
        let exchange = self.exchange(revocations)
        let first = self.snapshot([GrantID(), GrantID()])
        exchange.adopt(first)
        exchange.adopt(self.snapshot([GrantID()], after: first))
        try #require(self.bench.run { self.news.revoked.reduce(0) { $0 + $1.count } == 3 })
        let known = Set(self.bench.state.added.map(\.key))
        self.bench.state.added = []
        self.bench.list = [2]
        #expect(self.bench.run { self.bench.state.added.count == 3 })
        #expect(Set(self.bench.state.added.map(\.key)) == known)
    }

    @Test("AS10: of a page that does not fit the workers are told what did, and the rest once there is room")
    func noRoom() throws {
        let room = SharedTable<GrantName, Void>.maximumShardCount
        let revocations = SharedRevocations(maximumCount: room)
        for _ in 0..<room - 2 { try #require(revocations.add(self.name(GrantID()), for: .seconds(3)) == .added) }
        let names = try (0..<3).map { _ in try self.name(GrantID()) }
        self.bench.state.added = names.map { SharedCutOff(.grants, key: $0.bytes, lifetime: .seconds(60)) }
        let exchange = self.exchange(revocations)
        try #require(self.bench.run { !self.news.revoked.isEmpty })
        #expect(self.news.revoked == [Set(names[..<2])] && !revocations.isFresh)
        try #require(self.bench.run { revocations.isFresh })
        #expect(self.news.revoked == [Set(names[..<2]), [names[2]]])
        withExtendedLifetime(exchange) {}
    }

    @Test(
        "AS10: what was not taken is told again although the state answers, and the log says so once",
        arguments: [StateFailure.unavailable, .full]
    )
    func refused(_ failure: StateFailure) throws {
        let said = try ReadableLog()
        let revocations = SharedRevocations()
        let exchange = self.exchange(revocations, log: said.log)
        exchange.teller.patience = .milliseconds(20)
        try #require(self.bench.run { revocations.isFresh })
        self.bench.state.failure = failure
        self.bench.state.refusals = 2
        exchange.adopt(self.snapshot((0..<3).map { _ in GrantID() }))
        #expect(self.bench.run { Set(self.bench.state.added.map(\.key)).count == 3 } && revocations.isFresh)
        let events = try said.lines().compactMap { $0["event"]?.string }
        #expect(events.filter { $0 == "revocations_not_told" }.count == 1)
    }

    @Test(
        "AS10: what was revoked a while ago is told for what is left of its time, and what is over not at all",
        arguments: [
            (Duration.seconds(3600), [TokenLifetimes.longestAccess + TokenLifetimes.margin - .seconds(3600)]),
            (.seconds(-3600), [TokenLifetimes.longestAccess + TokenLifetimes.margin]),
            (TokenLifetimes.longestAccess + TokenLifetimes.margin - .milliseconds(1), [.milliseconds(1)]),
            (TokenLifetimes.longestAccess + TokenLifetimes.margin, []),
        ]
    )
    func rest(_ age: Duration, _ lifetimes: [Duration]) throws {
        let moment = Timestamp(milliseconds: Self.now) - age
        let snapshot = self.snapshot([GrantID()], at: moment.milliseconds)
        #expect(snapshot.newRevocations(at: Self.now).map(\.lifetime) == lifetimes)
        #expect(snapshot.revocations(at: Self.now).map(\.lifetime) == lifetimes)
    }
}
