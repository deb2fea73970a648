import Foundation
import Telemetry
import Testing

/// A log in a file that goes with it.
final class TemporaryLog {
    let log: OperationalLog
    private let url: URL
    private let file: FileHandle

    init() throws {
        self.url = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)")
        try Data().write(to: self.url)
        self.file = try FileHandle(forWritingTo: self.url)
        self.log = OperationalLog(fileDescriptor: self.file.fileDescriptor)
    }

    deinit { try? FileManager.default.removeItem(at: self.url) }

    /// All that was written; nothing is after it.
    var text: String {
        get throws {
            try #require(self.log.stop(within: .seconds(5)))
            return try String(contentsOf: self.url, encoding: .utf8)
        }
    }
}
