import Cryptography
import Glibc
import Stores
import Testing

@testable import AuthorizationServer

@Suite("A look at the server's store")
struct ServerSightTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    private func settings() throws -> AuthorizationServerSettings {
        var settings = try EndpointBench().policy.settings
        settings.store = .sqlite(self.directory.database)
        settings.keys.sealFiles = [self.directory.path + "/new.key", self.directory.path + "/seal.key"]
        return settings
    }

    @Test("says which key signs, which waits and which is on its way out")
    func duties() throws {
        let settings = try self.settings()
        let ring = try SealFile.ring([settings.keys.sealFiles[1]], isForNewStore: true)
        let store = try SQLiteAuthorizationStore(.file(self.directory.database), ring: ring)
        var life = KeyLife(settings)
        let first = try #require(try life.keys(store, at: self.now)?.published.keys.first?.keyID)
        #expect(try self.look(settings, after: 0) == [first: .signs])

        try SigningKeyMaker.rotate(store, settings, at: self.now)
        let second = try #require(try store.signingKeys(at: self.now).last)
        #expect(
            try self.look(settings, after: 604) == [first: .signs, second.keyID: .waits(until: second.signsFrom)]
        )
        let retires = try store.signingKeys(at: self.now)[0].retires
        #expect(try self.look(settings, after: 605) == [first: .verifies(until: retires), second.keyID: .signs])
        #expect(access(settings.keys.sealFiles[0], F_OK) != 0, "a look made a sealing key")
    }

    @Test("is refused without a store that others can read, and makes none")
    func refused() throws {
        var settings = try self.settings()
        let absent = #expect(throws: AuthorizationStartError.self) { try ServerSight(settings, at: self.now) }
        #expect(absent?.faults.map(\.path) == [["authorization_server", "store"]])
        #expect(access(self.directory.database, F_OK) != 0)
        settings.store = .memory
        let memory = #expect(throws: AuthorizationStartError.self) { try ServerSight(settings, at: self.now) }
        #expect(memory?.description.contains("only the running gateway has") == true)
    }

    private func look(_ settings: AuthorizationServerSettings, after seconds: Int64) throws
        -> [String: SigningKeyDuty.Duty]
    {
        let sight = try ServerSight(settings, at: self.now + .seconds(seconds))
        return Dictionary(uniqueKeysWithValues: sight.duties.map { ($0.keyID, $0.duty) })
    }
}
