import Cryptography
import Glibc
import JOSE
import LogReading
import Telemetry
import Testing

@testable import AuthorizationServer
@testable import Endpoints
@testable import Stores

@Suite("The desk on the store's thread")
struct ServiceDeskTests {
    /// Twice as many ticks as there are between two looks at keys.
    private static let ticks = 8

    private let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    @Test("says when audit lines were lost, and how many")
    func auditLosses() throws {
        let log = try ReadableLog()
        // Nobody reads there.
        let audit = LogWriter(fileDescriptor: -1)
        let ring = SealingRing(.generate())
        let store = try SQLiteAuthorizationStore(.memory, ring: ring)
        let desk = ServiceDesk(try .inTests(), seal: ring, log: log.log, audit: audit) { _ in }
        try desk.open(store)
        for _ in 1...3 { AuditLog(writer: audit).write(.signInFailed, []) }
        #expect(audit.stop(within: .seconds(10)))
        for _ in 1...Self.ticks { _ = desk.tick(store) }
        let said = try log.lines()
        #expect(said.map { $0["event"]?.string } == ["audit_lines_dropped"])
        #expect(said.first?["lines"] == 3)
    }

    @Test("says once when more is revoked than is known one by one")
    func forgottenRevocations() throws {
        let log = try ReadableLog()
        let store = try SQLiteAuthorizationStore(.memory, ring: SealingRing(.generate()))
        let desk = ServiceDesk(
            try .inTests(),
            seal: store.ring,
            log: log.log,
            audit: LogWriter(fileDescriptor: -1),
            revocations: RevocationReader(maximumCount: 2)
        ) { _ in }
        try desk.open(store)
        let now = Timestamp(milliseconds: WallClock.milliseconds)
        for _ in 1...4 {
            let grant = Grant(user: "alice", client: "docs", scopes: [], created: now, expires: now + .seconds(3600))
            try store.addGrant(grant, at: now)
            #expect(try store.revokeGrant(grant.id, at: now))
            _ = desk.tick(store)
        }
        let said = try log.lines()
        #expect(said.map { $0["event"]?.string } == ["revocations_full"])
        #expect(said.first?["level"] == "warning")
        // The moment of the first tick that found no room, on a machine that may be slow.
        #expect((0...60).contains { said.first?["issued_until"] == .integer(now.seconds + $0) })
    }

    @Test("notes each further key once, and not the first one")
    func rotation() throws {
        let audit = try AuditFile()
        let latest = LatestSnapshot()
        let settings = try AuthorizationServerSettings.inTests()
        let ring = SealingRing(.generate())
        let store = try SQLiteAuthorizationStore(.memory, ring: ring)
        let desk = ServiceDesk(settings, seal: ring, log: OperationalLog(), audit: audit.writer) { latest.value = $0 }
        try desk.open(store)
        try SigningKeyMaker.rotate(store, settings, at: Timestamp(milliseconds: WallClock.milliseconds))
        for _ in 1...Self.ticks { #expect(desk.tick(store) == nil) }
        let lines = try audit.lines()
        #expect(lines.map { $0["event"]?.string } == ["key_rotated"])
        #expect(lines.first?["kid"]?.string == latest.value.keys.published.keys.last?.keyID)
    }

    /// A desk over a store in memory, which has said what is revoked to `latest`.
    private func desk(
        _ store: SQLiteAuthorizationStore,
        _ log: OperationalLog = OperationalLog(),
        _ latest: LatestSnapshot = LatestSnapshot()
    ) throws -> ServiceDesk {
        let (settings, audit) = (try AuthorizationServerSettings.inTests(), LogWriter(fileDescriptor: -1))
        let desk = ServiceDesk(settings, seal: store.ring, log: log, audit: audit) { latest.value = $0 }
        try desk.open(store)
        return desk
    }

    private static let now = Timestamp(milliseconds: WallClock.milliseconds)
    private static let call = EndpointCall(
        EndpointRequest(method: .get, requestID: "4d1c2b7a9e"),
        to: .endSession,
        now: now
    )

    /// The answer to a request that has somebody's sign-in to keep.
    private func recordSignIn(_ desk: ServiceDesk, _ store: SQLiteAuthorizationStore) throws {
        let alice = try User.alice()
        _ = desk.handle(Self.call, store) { context throws(EndpointFailure) in
            context.recordSignIn(of: alice, succeeded: false)
            return .answer(EndpointAnswer(status: 200))
        }
    }

    @Test("waits a moment for another process that writes, once between two looks, and loses no sign-in")
    func lockedStore() throws {
        let path = self.directory.database
        let ring = SealingRing(.generate())
        let store = try SQLiteAuthorizationStore(.file(path), ring: ring)
        let other = try SQLiteAuthorizationStore(.file(path), ring: ring)
        let desk = try self.desk(store)
        for _ in 1...3 { try self.recordSignIn(desk, store) }
        try other.database.execute("BEGIN IMMEDIATE")
        let clock = ContinuousClock()
        var failures: [String?] = []
        #expect(clock.measure { failures.append(desk.tick(store)) } < Database.busyTimeout / 2)
        // The next look is still to come.
        #expect(clock.measure { failures.append(desk.tick(store)) } < Database.housekeepingTimeout)
        #expect(failures.allSatisfy { $0?.contains("locked") ?? false })
        try other.database.execute("ROLLBACK")
        for _ in 1...Self.ticks { _ = desk.tick(store) }
        #expect(desk.tick(store) == nil)
        #expect(try store.signIns(ofUser: "alice", limit: 10).count == 3)
    }

    @Test("tells at once what a request has revoked, whatever its method")
    func revocationByLink() throws {
        let store = try SQLiteAuthorizationStore(.memory, ring: SealingRing(.generate()))
        let latest = LatestSnapshot()
        let desk = try self.desk(store, OperationalLog(), latest)
        let grant = Grant(user: nil, client: "docs", scopes: [], created: Self.now, expires: Self.now + .seconds(600))
        try store.addGrant(grant, at: Self.now)
        _ = desk.handle(Self.call, store) { context throws(EndpointFailure) in
            _ = try context.stored { store throws(StoreError) in try store.revokeGrant(grant.id, at: context.now) }
            return .answer(EndpointAnswer(status: 200))
        }
        #expect(latest.value.revoked.contains(grant.id))
    }

    @Test("says when it cannot be seen what a request has revoked")
    func revocationUnseen() throws {
        let (store, log) = (try SQLiteAuthorizationStore(.memory, ring: SealingRing(.generate())), try ReadableLog())
        let desk = try self.desk(store, log.log)
        try store.database.execute("ALTER TABLE revocations RENAME TO hidden")
        _ = desk.handle(Self.call, store) { _ throws(EndpointFailure) in .answer(EndpointAnswer(status: 200)) }
        #expect(try log.lines().map { $0["event"]?.string } == ["store_failed"])
    }

    @Test("says when the store fails while a password finds no room to be tried")
    func failureWhenBusy() throws {
        let (store, log) = (try SQLiteAuthorizationStore(.memory, ring: SealingRing(.generate())), try ReadableLog())
        let desk = try self.desk(store, log.log)
        let job = HashingJob(ifBusy: { () throws(EndpointFailure) in throw .store(.full("the disk")) }) {
            { _ throws(EndpointFailure) in .answer(EndpointAnswer(status: 200)) }
        }
        #expect(desk.refuse(job, of: Self.call).status == 503)
        #expect(try log.lines().map { $0["event"]?.string } == ["store_failed"])
    }
}
