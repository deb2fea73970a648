import Cryptography
import Stores
import Testing

@testable import AuthorizationServer

@Suite("Names in the policy and in the store")
struct NameConflictsTests {
    @Test("are told with the way out, each")
    func tells() throws {
        let bench = try EndpointBench()
        let hash = try PasswordHash(hashing: "a password that nobody has", scheme: .yescrypt)
        var settings = bench.policy.settings
        settings.users = [User(name: "carol", passwordHash: hash), User(name: "dave", passwordHash: hash)]
        settings.clients = [Client(name: "robot", authentication: .none), Client(name: "free", authentication: .none)]
        #expect(try NameConflicts.find(bench.store, settings).isEmpty)

        #expect(try bench.store.addUser(UserRecord(name: "carol", passwordHash: hash, created: bench.now)))
        #expect(try bench.store.addClient(ClientRecord(name: "robot", origin: .command, created: bench.now)))
        let found = try NameConflicts.find(bench.store, settings)
        #expect(found.count == 2)
        #expect(found[0].path == ["authorization_server", "users", "carol"])
        #expect(found[0].reason.contains("`gatehouse users remove carol`"))
        #expect(found[1].path == ["authorization_server", "clients", "robot"])
    }
}
