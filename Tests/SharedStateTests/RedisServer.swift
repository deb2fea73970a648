import Bytes
import Foundation
import Glibc
import Transport

/// A `redis-server` of the test's own, in a directory that goes with it.
final class RedisServer {
    let directory: URL
    let port: UInt16
    /// What it is started with.
    var arguments: [String] = []
    private var process: Process?

    /// One that keeps nothing on disk, unless `arguments` are changed. Call `start`.
    init() throws {
        let name = "state-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0...(.max)))"
        self.directory = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
        self.port = try Self.freePort()
        self.arguments = self.plain
    }

    deinit {
        self.kill()
        try? FileManager.default.removeItem(at: self.directory)
    }

    var socket: String { self.directory.appending(path: "socket").path }

    func file(_ name: String, _ text: String) throws -> String {
        let file = self.directory.appending(path: name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    func start() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/redis-server")
        process.currentDirectoryURL = self.directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.arguments = self.arguments
        try process.run()
        self.process = process
    }

    private var plain: [String] {
        [
            "--bind", "127.0.0.1", "--port", "\(self.port)", "--unixsocket", self.socket, "--save", "", "--appendonly",
            "no",
            "--dir", self.directory.path,
        ]
    }

    /// As a machine that loses its power.
    func kill() {
        guard let process = self.process else { return }
        self.process = nil
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func signal(_ number: Int32) {
        if let process = self.process { Glibc.kill(process.processIdentifier, number) }
    }

    /// One that nobody listens on now; Redis cannot choose for itself.
    static func freePort() throws -> UInt16 {
        let descriptor = try Socket.listen(on: .ip(IPAddress(ipv4: 0x7f00_0001), port: 0), sharesPort: false)
        defer { Glibc.close(descriptor) }
        return Socket.port(of: descriptor)
    }
}
