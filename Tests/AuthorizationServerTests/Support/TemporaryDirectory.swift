import Cryptography
import Foundation

/// A directory that goes with the test, and all that is in it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        self.path = NSTemporaryDirectory() + "gatehouse-server-" + RandomSecret().text
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    var database: String { self.path + "/gatehouse.db" }

    /// What is in it, in the order of the names.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: self.path).sorted() }
    }
}
