import Testing

@Suite("The layers")
struct LayersTests {
    static let manifest = Manifest(SourceTree.manifest)

    @Test("stand in the manifest in the order of the house")
    func order() {
        #expect(Self.manifest.targets.map(\.name) == Layers.all)
    }

    @Test("are all that there is under Sources, but for the C libraries")
    func complete() {
        #expect(Set(SourceTree.files.map(\.target)) == Set(Layers.all))
    }

    @Test("depend only on what stands below them", arguments: Layers.all)
    func manifest(_ target: String) throws {
        let height = try #require(Layers.height(of: target))
        for dependency in try #require(Self.manifest.dependencies(of: target)) {
            let isBelow = Layers.height(of: dependency).map { $0 < height } ?? true
            #expect(isBelow, "\(target) depends on \(dependency), which stands above it")
        }
    }

    @Test("import only what the manifest says that they depend on", arguments: SourceTree.files)
    func imports(_ file: SourceFile) throws {
        let declared = Set(try #require(Self.manifest.dependencies(of: file.target)))
        let undeclared = file.imports.subtracting(declared).subtracting(Layers.toolchain)
        #expect(undeclared.isEmpty, "\(file.path)")
    }

    @Test("of grammar and decisions never meet a socket", arguments: Layers.pure)
    func pure(_ target: String) throws {
        let dependencies = Set(try #require(Self.manifest.dependencies(of: target)))
        #expect(dependencies.isDisjoint(with: Layers.inputAndOutput))
    }

    @Test("keep each C library at home", arguments: SourceTree.files)
    func libraries(_ file: SourceFile) {
        for (library, owners) in Layers.owners where file.imports.contains(library) {
            #expect(owners.contains(file.target), "\(file.path) imports \(library)")
        }
    }

    @Test("leave Foundation out, and the command line to the executable", arguments: SourceTree.files)
    func others(_ file: SourceFile) {
        #expect(file.imports.allSatisfy { !$0.hasPrefix("Foundation") }, "\(file.path)")
        #expect(!file.imports.contains(Layers.argumentParser) || file.target == "gatehouse", "\(file.path)")
    }
}

@Suite("The reader of the manifest")
struct ManifestTests {
    @Test("understands a layer over several lines, and products")
    func targets() {
        let manifest = Manifest(
            """
            layer("A", []),
            layer(
                "B",
                ["A",
                 "C"]),
            .executableTarget(
                name: "tool",
                dependencies: ["B", .product(name: "Parser", package: "some-parser")],
            """
        )
        #expect(manifest.targets.map(\.name) == ["A", "B", "tool"])
        #expect(manifest.dependencies(of: "B") == ["A", "C"])
        #expect(manifest.dependencies(of: "tool") == ["B", "Parser"])
    }

    @Test(
        "sees every way to write an import",
        arguments: ["import A", "public import A", "@testable import A", "import struct A.B", "package import A"]
    )
    func imports(_ line: String) {
        #expect(SourceFile(path: "X/Y.swift", lines: [line]).imports == ["A"])
    }
}
