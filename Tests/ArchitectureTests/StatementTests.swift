import Testing

@Suite("SQL statements")
struct StatementTests {
    private static let files = SourceTree.files.filter { $0.target == "Stores" }

    /// Rows are read from left to right: a column that a migration adds in the middle would be taken for another.
    @Test("name the columns that they read", arguments: files)
    func columns(_ file: SourceFile) {
        let found = file.code.filter { $0.contains(#/(SELECT|RETURNING) \*|\w\.\*/#) }
        #expect(found.isEmpty, "\(file.path)")
    }
}
