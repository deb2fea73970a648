package import Admin
package import Gateway

/// A policy without errors, as the layers take it.
package struct LoadedConfiguration: Sendable, Equatable {
    package var settings: GatewaySettings
    /// Nil when the policy says `admin: off`.
    package var admin: AdminSettings?
    /// Departures from safe defaults, in the order of the file.
    package var warnings: [Problem]
    /// The policy file and all files that it names, as they were opened: when one of them changes, read it again.
    package var files: [String]
    /// For problems that turn out later.
    package var places: PolicyPlaces
}

/// What came of reading a policy file.
package struct PolicyReading: Sendable, Equatable {
    /// Nil when there is an error among the problems.
    package var configuration: LoadedConfiguration?
    /// All errors and warnings, in the order of the file.
    package var problems: [Problem]
    /// The files that were read or looked for, also when the policy is wrong: mending one of them may mend it.
    package var files: [String]

    /// Whether nothing may start.
    package var hasErrors: Bool { self.problems.contains { $0.severity == .error } }
}

extension PolicyReading {
    /// Reads the policy in `file`, which messages call by that name.
    ///
    /// - Parameter allowsUnset: Variables and files that are not there stand for values that are not judged. The result
    ///   then serves to look at, not to run.
    package init(file: String, environment: Environment = .process, allowsUnset: Bool = false) {
        let reader = PolicyReader(file: file, environment: environment, allowsUnset: allowsUnset)
        let result = reader.readPolicy()
        self.problems = reader.sortedProblems
        self.files = reader.files
        guard let result, !self.problems.contains(where: { $0.severity == .error }) else { return }
        self.configuration = LoadedConfiguration(
            settings: result.settings,
            admin: result.admin,
            warnings: self.problems,
            files: self.files,
            places: result.places
        )
    }
}

extension PolicyReader {
    fileprivate func readPolicy() -> (settings: GatewaySettings, admin: AdminSettings?, places: PolicyPlaces)? {
        let bytes: [UInt8]
        switch self.readPolicyFile() {
        case .success(let contents): bytes = contents
        case .failure(let error):
            self.error(at: .start, "the file cannot be read: \(error.reason)")
            return nil
        }
        let interpolation = Interpolation(lookUp: self.lookUp)
        let document = YAMLTree.read(bytes) { scalar, position in
            if Interpolation.isBareVariable(scalar) { self.warning(at: position, Interpolation.bareVariable(scalar)) }
            return interpolation.replace(scalar)
        }
        for problem in document.problems { self.error(at: problem.position, problem.message) }
        guard let root = document.root else { return nil }
        if case .scalar(let scalar) = root.content, scalar.isUnset {
            self.error(at: root.position, "the policy is keys and values, whatever the environment says")
            return nil
        }
        return self.policy(root).map { ($0.settings, $0.admin, PolicyPlaces(file: self.file, root: root)) }
    }

    /// As in a compiler's output, from top to bottom. What stands in one place keeps the order in which it was found.
    fileprivate var sortedProblems: [Problem] {
        self.problems.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }
}
