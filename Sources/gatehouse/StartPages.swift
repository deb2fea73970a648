import Configuration
import Glibc

/// Pages of code that only the start needed: they count as resident although they are never run again.
enum StartPages {
    /// Of the list of mappings. It has a hundred bytes a line, and a process some hundred lines.
    private static let maximumMapBytes = 1024 * 1024

    /// Gives them back. What is still run comes back from the page cache, a fault each, once.
    ///
    /// Code alone: read-only data may have been relocated, and would be lost. See `Decisions/StartPages`.
    static func giveBack() {
        guard let maps = try? FileContents.read("/proc/self/maps", maximumBytes: Self.maximumMapBytes) else { return }
        for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
            let columns = line.split(separator: " ", omittingEmptySubsequences: true)
            guard columns.count == 6, columns[1] == "r-xp", columns[5].hasPrefix("/") else { continue }
            let bounds = columns[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard bounds.count == 2, bounds[0] < bounds[1] else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
