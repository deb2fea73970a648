/// Where keys of a policy stand, for what turns out only when the gateway takes it: a file that cannot be read, a name that
/// the store has already. Holds places alone, and no value.
package struct PolicyPlaces: Sendable, Equatable {
    private let file: String
    private let root: Place

    fileprivate struct Place: Sendable, Equatable {
        let position: SourcePosition
        var keys: [String: Place] = [:]
    }

    /// `authorization_server.users.NAME` is the deepest that anything is said of.
    private static let depth = 3

    init(file: String, root: YAMLNode) {
        self.file = file
        self.root = Place(root, at: root.position, depth: Self.depth)
    }

    /// An error of the key at `path`, at the place of the key or, where it was left out, of what it would stand in.
    package func error(_ message: String, at path: [String]) -> Problem {
        self.problem(.error, message, at: path)
    }

    /// The same as an error or a warning.
    package func problem(_ severity: Problem.Severity, _ message: String, at path: [String]) -> Problem {
        Problem(
            severity: severity,
            file: self.file,
            position: self.position(of: path),
            path: path.map(Printable.text).joined(separator: "."),
            message: message
        )
    }

    private func position(of path: [String]) -> SourcePosition {
        var place = self.root
        for key in path {
            guard let next = place.keys[key] else { break }
            place = next
        }
        return place.position
    }
}

extension PolicyPlaces.Place {
    fileprivate init(_ node: YAMLNode, at position: SourcePosition, depth: Int) {
        self.init(position: position)
        guard depth > 0, case .mapping(let entries) = node.content else { return }
        for entry in entries {
            self.keys[entry.key.text] = Self(entry.value, at: entry.keyPosition, depth: depth - 1)
        }
    }
}
