import Testing

@Suite("Unsafe code")
struct UnsafeCodeTests {
    /// Targets that exist to keep pointers away from all others.
    static let targets: Set = ["Bytes", "Reactor", "Cryptography", "Transport"]

    /// Files elsewhere that cannot do without, and why. A new one needs a reason just as good.
    static let files: [String: String] = [
        "JOSE/JSONValue+Parsing.swift": "Jansson's values are read and freed here",
        "Configuration/YAML/YAMLEvents.swift": "libyaml's parser and its events live here",
        "Telemetry/Monitor.swift": "a mutex and a condition that never move",
        "Telemetry/BackgroundThread.swift": "a thread takes its object as a pointer",
        "Telemetry/DescriptorOutput.swift": "write(2) takes a pointer",
        "Telemetry/JSONText.swift": "eight bytes at once, inside bounds that were checked",
        "Gateway/WorkerHandle.swift": "a thread takes its object as a pointer",
        "Gateway/GatewayRuntime.swift": "counts the bits of cpu_set_t",
        "SharedState/ReplyReader.swift": "hiredis' reader lives here, and calls back with pointers",
        "Stores/SQLite/Database+Opening.swift": "opens a connection, which comes as a pointer",
        "Stores/SQLite/Database.swift": "owns SQLite's connection",
        "Stores/SQLite/SQLiteFailure.swift": "asks the connection what went wrong",
        "Stores/SQLite/Statement.swift": "owns a prepared statement, and reads its columns",
        "gatehouse/StartPages.swift": "madvise(2) takes an address",
        "Trust/TokenCache.swift": "Swift's hasher takes raw bytes",
    ]

    private static let words = [
        "Unsafe", "OpaquePointer", "Unmanaged", "unsafeBitCast", "unsafeLoad", "_unsafe", "_overrideLifetime",
        "unsafelyUnwrapped", "unchecked:",
    ]

    @Test("stands only where it is expected", arguments: SourceTree.files)
    func places(_ file: SourceFile) {
        guard !Self.targets.contains(file.target), Self.files[file.path] == nil else { return }
        let found = file.code.filter(Self.isUnsafe)
        #expect(found.isEmpty, "\(file.path)")
    }

    @Test("is gone from no file of the list", arguments: files.keys.sorted())
    func list(_ path: String) throws {
        let file = try #require(SourceTree.files.first { $0.path == path }, "\(path) is no more")
        #expect(file.code.contains(where: Self.isUnsafe), "\(path) needs its place in the list no longer")
    }

    @Test("that promises to be Sendable says why", arguments: SourceTree.files)
    func promises(_ file: SourceFile) {
        for (index, line) in file.lines.enumerated() where Self.promises(line) {
            // The line above, or a comment near by that speaks of it.
            let isExplained = index > 0 && file.lines[index - 1].contains("//")
            let around = file.lines[max(0, index - 4)...min(index + 2, file.lines.count - 1)]
            let isNamed = around.contains { $0.contains(#/\/\/.*Sendable/#) }
            #expect(isExplained || isNamed, "\(file.path):\(index + 1) needs a comment that says why it is Sendable")
        }
    }

    private static func isUnsafe(_ line: String) -> Bool { self.words.contains { line.contains($0) } }

    private static func promises(_ line: String) -> Bool {
        guard !line.contains(#/^\s*\/\//#) else { return false }
        return line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)")
    }
}
