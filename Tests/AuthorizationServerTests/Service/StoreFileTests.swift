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

    private func start(_ log: OperationalLog = OperationalLog()) throws {
        let audit = LogWriter(fileDescriptor: -1)
        try AuthorizationService(self.settings(), log: log, audit: audit) { _ in }.stop()
    }

    /// What a look says, and that a start says the same.
    private func fault() throws -> String? {
        let found = StoreFile.findings(.sqlite(self.path))
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

    @Test("is warned of while others may read it, and is not afterwards")
    func exposure() throws {
        try self.start()
        #expect(chmod(self.path, 0o644) == 0)
        let found = StoreFile.findings(.sqlite(self.path))
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.fault.reason.contains("may be read by others (mode 0644); `chmod 600") ?? false)
        let log = try ReadableLog()
        try self.start(log.log)
        let lines = try log.lines()
        #expect(lines.map { $0["event"]?.string } == ["store_exposed"])
        #expect(lines.first?["level"] == "warning")
        #expect(StoreFile.findings(.sqlite(self.path)).isEmpty)
    }

    @Test("may be missing, or be a store that is there")
    func fine() throws {
        #expect(StoreFile.findings(.memory).isEmpty)
        #expect(StoreFile.findings(.sqlite(self.path)).isEmpty)
        let log = try ReadableLog()
        try self.start(log.log)
        #expect(try log.lines().isEmpty)
        #expect(StoreFile.findings(.sqlite(self.path)).isEmpty)
        try self.start()
    }
}
