import Foundation
import JOSE

/// A file of `Vectors`: an example out of an RFC, with the section it is from.
struct Vector {
    let json: JSONValue

    init(_ name: String) throws {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/\(name).json")
        self.json = try JSONValue(parsing: [UInt8](Data(contentsOf: url)).span)
    }

    func text(_ member: String) -> String { self.json[member]?.string ?? "" }
}
