import Cryptography
import JOSE
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer

@Suite("The desk on the store's thread")
struct ServiceDeskTests {
    /// Twice as many ticks as there are between two looks at keys.
    private static let ticks = 8

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
