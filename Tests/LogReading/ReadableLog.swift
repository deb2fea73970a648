internal import Glibc
public import JOSE
public import Telemetry
internal import Testing

/// A log that can be read back, once.
public struct ReadableLog {
    public let log: OperationalLog
    private let ends: [Int32]

    public init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        self.ends = ends
        self.log = OperationalLog(fileDescriptor: ends[1])
    }

    /// All lines. Ends the log.
    public func lines() throws -> [JSONValue] {
        #expect(self.log.stop(within: .seconds(10)))
        close(self.ends[1])
        defer { close(self.ends[0]) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(self.ends[0], &bytes, bytes.count)
        let lines = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSONValue(parsing: Array($0).span) }
    }
}
