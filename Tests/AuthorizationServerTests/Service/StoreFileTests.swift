import Glibc
import LogReading
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer

@Suite("The file of the store")
struct StoreFileTests {
    private let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    private static let now = Timestamp(seconds: 1_800_000_000)

    private var path: String { self.directory.database }

    private func write(_ text: String) throws {
        let descriptor = open(self.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count)
    }

    private func settings() throws -> AuthorizationServerSettings {
        var settings = try AuthorizationServerSettings.inTests()
        settings.store = .sqlite(self.path)
        settings.keys.sealFiles = [self.directory.path + "/seal.key"]
        return settings
    }

    private func findings() throws -> [ServerFinding] { ServerFiles.findings(try self.settings()) }

    private func start(_ log: OperationalLog = OperationalLog()) throws {
        let audit = LogWriter(fileDescriptor: -1)
        try AuthorizationService(self.settings(), log: log, audit: audit) { _ in }.stop()
    }

    /// What a look says, and that a start says the same.
    private func fault() throws -> String? {
        let found = try self.findings()
        let error = #expect(throws: AuthorizationStartError.self) { try self.start() }
        #expect(error?.faults == found.map(\.fault))
        #expect(found.map(\.severity) == [.error])
        #expect(try self.directory.names == ["gatehouse.db"], "a sealing key was made for nothing")
        return found.first?.fault.reason
    }

    @Test("is no directory, whose mode is left as it is")
    func isDirectory() throws {
        #expect(mkdir(self.path, 0o755) == 0)
        #expect(
            try self.fault() == "\(self.path) is a directory; name a file in it: `sqlite:\(self.path)/gatehouse.db`"
        )
        var status = stat()
        #expect(stat(self.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o755)
    }

    @Test("is a database, and nothing else that is called so", arguments: ["x", "SQLite format 2, or something"])
    func isNoDatabase(_ text: String) throws {
        try self.write(text)
        #expect(try self.fault() == "\(self.path) is no SQLite database; move it away, or name another file")
    }

    @Test("is a file")
    func isNoFile() throws {
        #expect(mkfifo(self.path, 0o600) == 0)
        #expect(try self.fault() == "\(self.path) is no file; name another one")
    }

    private func make(version: UInt32, owner: UInt32) throws {
        var head = Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 84)
        for byte in 0..<4 {
            head[60 + byte] = UInt8(truncatingIfNeeded: version >> (24 - 8 * byte))
            head[68 + byte] = UInt8(truncatingIfNeeded: owner >> (24 - 8 * byte))
        }
        try self.write(String(decoding: head, as: UTF8.self))
    }

    @Test("is of this Gatehouse, or of an older one")
    func versions() throws {
        let ours: UInt32 = 0x4754_4853
        try self.make(version: 99, owner: ours)
        #expect(
            try self.fault() == "\(self.path) has version 99, and this Gatehouse knows 4 at most; use a newer one"
        )
        for (version, owner) in [(0, 7), (3, 7), (3, 0)] as [(UInt32, UInt32)] {
            try self.make(version: version, owner: owner)
            #expect(try self.fault() == "\(self.path) belongs to another program; name another file")
        }
        try self.make(version: 4, owner: ours)
        #expect(StoreFile(self.path).fault == nil)
    }

    @Test("is in a directory that is there, or can be made")
    func place() throws {
        let nowhere = self.directory.path + "/a/b"
        var settings = try self.settings()
        settings.store = .sqlite(nowhere + "/gatehouse.db")
        let reason = "there is no directory \(nowhere) for it, and none to make it in; `mkdir -p \(nowhere)`"
        #expect(ServerFiles.findings(settings) == [.error(.store, reason)])
        let error = #expect(throws: AuthorizationStartError.self) {
            try AuthorizationService(settings, log: OperationalLog(), audit: LogWriter(fileDescriptor: -1)) { _ in }
        }
        #expect(error?.faults.map(\.reason) == [reason])
        // Where a policy is checked and does not run, nothing has to be there.
        #expect(ServerFiles.findings(settings, judgesMissing: false).isEmpty)
        settings.store = .sqlite(self.directory.path + "/a/gatehouse.db")
        #expect(ServerFiles.findings(settings).isEmpty)
        #expect(try self.directory.names.isEmpty)
        try self.write("")
        settings.store = .sqlite(self.path + "/gatehouse.db")
        #expect(
            ServerFiles.findings(settings).map(\.fault.reason) == [
                "\(self.path)/gatehouse.db cannot be looked at: Not a directory"
            ]
        )
    }

    @Test("needs the key that has sealed it, and shows what is wrong with that")
    func seal() throws {
        let seal = self.directory.path + "/seal.key"
        func fault(_ words: String) throws {
            let found = try self.findings()
            #expect(found.map(\.fault.reason) == ["\(seal) \(words)"])
            let error = try #require(throws: AuthorizationStartError.self) { try self.start() }
            #expect(error.faults == found.map(\.fault))
            #expect(throws: error) { try StoreTrial.run(self.settings(), at: Self.now) }
        }
        #expect(try StoreTrial.run(self.settings(), at: Self.now) == .isMissing(path: self.path))
        try self.start()
        #expect(try StoreTrial.run(self.settings(), at: Self.now) == .opens(path: self.path, keys: 1))
        #expect(chmod(seal, 0o640) == 0)
        try fault("may be read by others; `chmod 600 \(seal)`")
        #expect(chmod(seal, 0o600) == 0 && truncate(seal, 7) == 0)
        try fault("is no key of 32 bytes in base64; `gatehouse keys generate --session` prints one")
        #expect(unlink(seal) == 0)
        let words = "put it back from where you keep it, or begin anew by moving the store away, too"
        try fault("is not there, and the store holds keys that it sealed; \(words)")
        #expect(ServerFiles.findings(try self.settings(), judgesMissing: false).isEmpty)
        #expect(try self.directory.names == ["gatehouse.db"])
    }

    @Test("is not opened by another key, which only a look into it shows")
    func otherSeal() throws {
        try self.start()
        let seal = self.directory.path + "/seal.key"
        #expect(rename(seal, seal + ".old") == 0 && rename(self.path, self.path + ".old") == 0)
        try self.start()
        #expect(rename(self.path + ".old", self.path) == 0)
        #expect(try self.findings().isEmpty)
        let before = try self.directory.names
        let error = try #require(throws: AuthorizationStartError.self) {
            try StoreTrial.run(self.settings(), at: Self.now)
        }
        #expect(error.description.contains("was sealed with another key"))
        #expect(try self.directory.names == before)
        #expect(throws: error) { try self.start() }
    }

    @Test("has no name that the policy has, too")
    func names() throws {
        var settings = try self.settings()
        try AuthorizationService(settings, log: OperationalLog(), audit: LogWriter(fileDescriptor: -1)) { _ in }.stop()
        let store = try AuthorizationService.openStore(settings, mayMake: false)
        let client = try #require(settings.clients.first)
        #expect(try store.addClient(ClientRecord(name: client.name, origin: .command, created: Self.now)))
        #expect(throws: AuthorizationStartError.self) { try StoreTrial.run(settings, at: Self.now) }
        settings.clients = []
        #expect(try StoreTrial.run(settings, at: Self.now) == .opens(path: self.path, keys: 1))
    }

    @Test("is warned of while others may read it, and is not afterwards")
    func exposure() throws {
        try self.start()
        #expect(chmod(self.path, 0o644) == 0)
        let found = try self.findings()
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.fault.reason.contains("may be read by others (mode 0644); `chmod 600") ?? false)
        let log = try ReadableLog()
        try self.start(log.log)
        let lines = try log.lines()
        #expect(lines.map { $0["event"]?.string } == ["store_exposed"])
        #expect(lines.first?["level"] == "warning")
        #expect(try self.findings().isEmpty)
    }

    @Test("may be missing, or be a store that is there")
    func fine() throws {
        #expect(try ServerFiles.findings(.inTests()).isEmpty)
        #expect(try self.findings().isEmpty)
        let log = try ReadableLog()
        try self.start(log.log)
        #expect(try log.lines().isEmpty)
        #expect(try self.findings().isEmpty)
        try self.start()
    }
}
