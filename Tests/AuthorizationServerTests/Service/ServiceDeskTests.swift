import Cryptography
import Glibc
import JOSE
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer

@Suite("The desk on the store's thread")
struct ServiceDeskTests {
    /// Twice as many ticks as there are between two looks at keys.
    private static let ticks = 8

    @Test("says when audit lines were lost, and how many")
    func auditLosses() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let log = OperationalLog(fileDescriptor: ends[1])
        // Nobody reads there.
        let audit = LogWriter(fileDescriptor: -1)
        let ring = SealingRing(.generate())
        let store = try SQLiteAuthorizationStore(.memory, ring: ring)
        let desk = ServiceDesk(try .inTests(), seal: ring, log: log, audit: audit) { _ in }
        try desk.open(store)
        for _ in 1...3 { AuditLog(writer: audit).write(.signInFailed, []) }
        #expect(audit.stop(within: .seconds(10)))
        for _ in 1...Self.ticks { _ = desk.tick(store) }
        #expect(log.stop(within: .seconds(10)))
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(ends[0], &bytes, bytes.count)
        let lines = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"))
        let said = try lines.map { try JSONValue(parsing: Array($0).span) }
        #expect(said.map { $0["event"]?.string } == ["audit_lines_dropped"])
        #expect(said.first?["lines"] == 3)
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
}
