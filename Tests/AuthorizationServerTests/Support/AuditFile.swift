import Glibc
import JOSE
import Telemetry
import Testing

@testable import AuthorizationServer

/// An audit log that can be read back. The file has no name, and goes with the bench.
final class AuditFile {
    let log: AuditLog
    /// As a worker has it: its lines come together, after the others.
    let workerLog: WorkerLog
    let writer: LogWriter
    private let descriptor: Int32

    init() throws {
        var path = Array("/tmp/gatehouse-audit-XXXXXX".utf8CString)
        self.descriptor = mkstemp(&path)
        try #require(self.descriptor >= 0)
        unlink(path)
        self.writer = LogWriter(fileDescriptor: self.descriptor)
        self.log = AuditLog(writer: self.writer)
        self.workerLog = WorkerLog(writer: self.writer)
    }

    deinit {
        self.writer.stop(within: .seconds(10))
        close(self.descriptor)
    }

    /// All lines that were written. Ends the log: what comes later is not in it.
    func lines() throws -> [JSONValue] {
        self.workerLog.handOver()
        try #require(self.writer.stop(within: .seconds(10)))
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(self.descriptor, &bytes, bytes.count, 0)
        let lines = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSONValue(parsing: Array($0).span) }
    }
}
