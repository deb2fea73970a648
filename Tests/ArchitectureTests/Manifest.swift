/// What `Package.swift` says of the targets, read as text: SwiftPM would have to be asked in a process of its own.
struct Manifest {
    struct Target: Sendable {
        let name: String
        let dependencies: [String]
    }

    /// In the order of the file.
    let targets: [Target]

    init(_ text: String) {
        // `layer("HTTP", ["Bytes"])`, over one line or several; and the executable.
        let layer = #/layer\(\s*"(\w+)",\s*\[([^\]]*)\]/#
        let executable = #/\.executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/#
        self.targets = (text.matches(of: layer) + text.matches(of: executable)).map { match in
            Target(name: String(match.1), dependencies: Self.names(in: match.2))
        }
    }

    func dependencies(of target: String) -> [String]? {
        self.targets.first { $0.name == target }?.dependencies
    }

    private static func names(in list: Substring) -> [String] {
        // `.product(name: "ArgumentParser", package: …)` counts by the name of the product.
        list.replacing(#/, package: "[^"]*"/#, with: "").matches(of: #/"(\w+)"/#).map { String($0.1) }
    }
}
