import Foundation
import JOSE

/// The lists of `Corpus`, whose page says where each is from.
enum Corpus {
    static let lists = ["wpt", "django", "techniques"]

    /// Every target of every list, each once, and each also as somebody would write it who knows the gateway's name.
    static func targets() throws -> [String] {
        let written = try self.lists.flatMap { try self.texts($0) }
        let aimed = written.flatMap { text in self.strangers.map { text.replacing($0, with: "app.example.com") } }
        var seen: Set<[UInt8]> = []
        // Two strings are equal to Swift whose bytes are not.
        return (written + aimed).filter { seen.insert(Array($0.utf8)).inserted }
    }

    static func texts(_ list: String) throws -> [String] {
        try self.json(list).array?.compactMap(\.string) ?? []
    }

    /// What is to come of the targets that are not refused: their `Location`.
    static func accepted() throws -> [String: String] {
        let members = try self.json("accepted").members ?? []
        return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value.string ?? "") })
    }

    /// The names that the lists have for the host of somebody else.
    private static let strangers = ["evil.example", "example.com", "example.org", "testserver", "foo.com", "host"]

    private static func json(_ name: String) throws -> JSONValue {
        let url = Bundle.module.bundleURL.appendingPathComponent("Corpus/\(name).json")
        return try JSONValue(parsing: [UInt8](Data(contentsOf: url)).span)
    }
}
