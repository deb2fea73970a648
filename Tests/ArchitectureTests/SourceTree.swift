import Foundation
import Testing

/// A Swift file of the product.
struct SourceFile: Sendable {
    /// From `Sources/` on: `HTTP/Method.swift`.
    let path: String
    let lines: [String]

    var target: String { String(self.path.prefix { $0 != "/" }) }

    /// The modules that it imports, each once.
    var imports: Set<String> {
        let pattern = #/^(?:@\w+ +)*(?:[a-z]+ +)?import +(?:(?:struct|class|enum|func|protocol|typealias) +)?(\w+)/#
        return Set(self.lines.compactMap { $0.firstMatch(of: pattern).map { String($0.1) } })
    }

    /// The lines that are no comment.
    var code: [String] {
        self.lines.filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
    }
}

extension SourceFile: CustomTestStringConvertible {
    var testDescription: String { self.path }
}

/// The package as it lies on disk.
enum SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let manifest = Self.text(of: Self.root.appending(path: "Package.swift"))

    /// All Swift files under `Sources/`, in the order of their names.
    static let files: [SourceFile] = {
        let sources = Self.root.appending(path: "Sources")
        let paths = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let text = Self.text(of: sources.appending(path: path))
            return SourceFile(path: path, lines: text.components(separatedBy: "\n"))
        }
    }()

    private static func text(of file: URL) -> String {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            preconditionFailure("the package has a file \(file.lastPathComponent)")
        }
        return text
    }
}
