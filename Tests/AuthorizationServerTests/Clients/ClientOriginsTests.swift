import Cryptography
import Testing

@testable import AuthorizationServer
@testable import Stores

@Suite("AS15: the origins of the store's clients")
struct ClientOriginsTests {
    private let origins = ClientOrigins()
    private let ring = SealingRing(.generate())
    private let start = EndpointBench.start
    private let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    private func record(_ name: String) -> ClientRecord {
        var client = ClientRecord(name: name, origin: .command, created: self.start)
        client.redirectURIs = ["https://\(name).example.com/callback"]
        return client
    }

    @Test("are not read again while no client has come or gone, whatever else is written")
    func unchanged() throws {
        let store = try SQLiteAuthorizationStore(.memory, ring: self.ring)
        #expect(try store.addClient(self.record("one")))
        #expect(try self.origins.contains("https://one.example.com", store, at: self.start))
        let grant = Grant(user: nil, client: "one", scopes: [], created: self.start, expires: self.start + .seconds(9))
        try store.addGrant(grant, at: self.start)
        // Whoever reads them now fails.
        try store.database.execute("ALTER TABLE clients RENAME TO hidden")
        let later = self.start + .seconds(60)
        #expect(try self.origins.contains("https://one.example.com", store, at: later))
        #expect(try !self.origins.contains("https://two.example.com", store, at: later))
    }

    @Test("are read within a second when a client has come or gone, here or in another process")
    func changed() throws {
        let path = self.directory.database
        let store = try SQLiteAuthorizationStore(.file(path), ring: self.ring)
        let other = try SQLiteAuthorizationStore(.file(path), ring: self.ring)
        #expect(try !self.origins.contains("https://one.example.com", store, at: self.start))
        #expect(try store.addClient(self.record("one")))
        #expect(try self.origins.contains("https://one.example.com", store, at: self.start + .seconds(1)))
        #expect(try other.addClient(self.record("two")))
        #expect(try self.origins.contains("https://two.example.com", store, at: self.start + .seconds(2)))
        #expect(try other.removeClient(named: "one", at: self.start))
        #expect(try !self.origins.contains("https://one.example.com", store, at: self.start + .seconds(3)))
        #expect(try store.removeClient(named: "two", at: self.start))
        #expect(try !self.origins.contains("https://two.example.com", store, at: self.start + .seconds(4)))
    }
}
