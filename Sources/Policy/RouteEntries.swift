import Bytes
import JOSE

/// The entries of `routes`: which rules each has, and its name as log lines say it.
///
/// Without references, and one behind the other: a request looks at one entry, which may have to come from memory.
struct RouteEntries: Sendable {
    private struct Entry {
        var rules: UInt32
        var nameStart: UInt32
        var nameEnd: UInt32
    }

    private var entries: [Entry] = []
    private var names: [UInt8] = []

    init(capacity: Int) {
        self.entries.reserveCapacity(capacity)
    }

    /// `rules` is a place in the table's rules.
    mutating func append(name: String, rules: Int) {
        let start = self.names.count
        self.names += JSONValue.string(name).encoded()
        self.entries.append(
            Entry(rules: UInt32(rules), nameStart: UInt32(start), nameEnd: UInt32(self.names.count))
        )
    }

    @inline(__always)
    func rules(of route: Int) -> Int { Int(self.entries[route].rules) }

    /// Appends the name as a JSON string, with its quotes.
    func appendName(of route: Int, to buffer: inout ByteBuffer) {
        let entry = self.entries[route]
        buffer.append(self.names.span.extracting(Int(entry.nameStart)..<Int(entry.nameEnd)))
    }
}
