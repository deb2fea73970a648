import Cryptography
import Foundation

/// A directory that goes with the test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        self.path = NSTemporaryDirectory() + "gatehouse-store-" + RandomSecret().text
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    var database: String { self.path + "/gatehouse.db" }
}

extension TemporaryDirectory {
    /// The bytes of all files in it.
    func everything() throws -> Data {
        try FileManager.default.contentsOfDirectory(atPath: self.path).sorted().reduce(into: Data()) { bytes, name in
            bytes += try Data(contentsOf: URL(filePath: self.path + "/" + name))
        }
    }
}

extension Data {
    func contains(_ bytes: [UInt8]) -> Bool { self.range(of: Data(bytes)) != nil }
}
