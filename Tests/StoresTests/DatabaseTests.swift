import Foundation
import Testing

@testable import Stores

@Suite("The database")
struct DatabaseTests {
    let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    private func open() throws(StoreError) -> Database { try Database(.file(self.directory.database)) }

    private static func numbers(_ database: Database) throws -> [Int64] {
        try database.all("SELECT n FROM t ORDER BY n") { row throws(StoreError) in try row.next() }
    }

    @Test("writes its log before it says yes, and waits for the disk")
    func durability() throws {
        let database = try self.open()
        func pragma(_ sql: StaticString) throws -> Int64? {
            try database.first(sql) { row throws(StoreError) in try row.next() }
        }
        let mode = try database.first("PRAGMA journal_mode") { row throws(StoreError) in try row.next(String.self) }
        #expect(mode == "wal")
        #expect(try pragma("PRAGMA synchronous") == 2)
        #expect(try pragma("PRAGMA foreign_keys") == 1)
        #expect(try pragma("PRAGMA secure_delete") == 1)
        #expect(try pragma("PRAGMA busy_timeout") == 5000)
    }

    @Test(
        "is looked at as it is, with its log and without one: nothing is made, and nothing can be written",
        arguments: ["gatehouse.db", "a%20b?c#d.db"]
    )
    func asItIs(_ name: String) throws {
        let path = self.directory.path + "/" + name
        func look() throws -> [Int64] {
            let database = try Database(.fileAsItIs(path))
            #expect(throws: StoreError.self) { try database.execute("INSERT INTO t VALUES (2)") }
            return try Self.numbers(database)
        }
        func files() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: self.directory.path).sorted()
        }
        #expect(throws: StoreError.self) { try Database(.fileAsItIs(path)) }
        #expect(try files() == [])
        do {
            let writer = try Database(.file(path))
            try writer.execute("CREATE TABLE t (n INTEGER) STRICT; INSERT INTO t VALUES (1)")
            #expect(try look() == [1])
        }
        #expect(try look() == [1])
        #expect(try files() == [name])
    }

    @Test("makes files that only their owner may read, and closes those that others could")
    func mode() throws {
        func modes() throws -> Set<Int> {
            let files = try FileManager.default.contentsOfDirectory(atPath: self.directory.path)
            return Set(
                try files.map { name in
                    let path = self.directory.path + "/" + name
                    return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
                }
            )
        }
        do {
            let database = try self.open()
            try database.execute("CREATE TABLE t (n INTEGER) STRICT")
            // The file, its log and its index.
            #expect(try FileManager.default.contentsOfDirectory(atPath: self.directory.path).count == 3)
            #expect(try modes() == [0o600])
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: self.directory.database)
        _ = try self.open()
        #expect(try modes() == [0o600])
    }

    @Test("does all of a transaction or nothing")
    func transactions() throws {
        let database = try self.open()
        try database.execute("CREATE TABLE t (n INTEGER) STRICT")
        let wanted = StoreError.other("no")
        #expect(throws: wanted) {
            try database.transaction { () throws(StoreError) in
                try database.run("INSERT INTO t VALUES (1)")
                throw wanted
            }
        }
        #expect(try Self.numbers(database) == [])
        let result = try database.transaction { () throws(StoreError) in
            try database.run("INSERT INTO t VALUES (?), (?)", Int64(1), Int64(2))
        }
        #expect(result == 2)
        #expect(try Self.numbers(self.open()) == [1, 2])
    }

    @Test("gives back what was written, of each type and at its borders")
    func columns() throws {
        let database = try self.open()
        try database.execute("CREATE TABLE t (a INTEGER, b TEXT, c BLOB, d TEXT, e INTEGER) STRICT")
        let text = "it's \"quoted\"; \0 é 🗝 --"
        try database.run(
            "INSERT INTO t VALUES (?, ?, ?, ?, ?)",
            Int64.min,
            text,
            SealedBox([0, 255, 0]),
            ["a b", "c,\"d\"", ""],
            Timestamp?.none
        )
        try database.first("SELECT * FROM t") { row throws(StoreError) in
            #expect(try row.next() == Int64.min)
            #expect(try row.next() == text)
            #expect(try row.next(SealedBox.self).bytes == [0, 255, 0])
            #expect(try row.next() == ["a b", "c,\"d\"", ""])
            #expect(try row.next(Timestamp?.self) == nil)
        }
    }

    @Test("says that a column is damaged rather than guess what it means")
    func strangeColumn() throws {
        let database = try self.open()
        try database.execute("CREATE TABLE t (n TEXT) STRICT; INSERT INTO t VALUES ('{\"no\": \"list\"}')")
        #expect(throws: StoreError.corrupt("column n holds what was never written there")) {
            try database.all("SELECT n FROM t") { row throws(StoreError) in try row.next([String].self) }
        }
        #expect(throws: StoreError.self) {
            try database.all("SELECT n FROM t") { row throws(StoreError) in try row.next(Int64.self) }
        }
    }

    @Test("a path that looks like a URI or a special name is a file")
    func names() throws {
        let start = FileManager.default.currentDirectoryPath
        let absolute = self.directory.path + "/file:x?mode=memory"
        _ = try Database(.file(absolute))
        #expect(FileManager.default.fileExists(atPath: absolute))
        #expect(FileManager.default.currentDirectoryPath == start)
    }

    @Test("a directory that is not there is an error with a sentence")
    func missingDirectory() {
        let path = self.directory.path + "/none/gatehouse.db"
        #expect(throws: StoreError.other("\(path) cannot be made (No such file or directory)")) {
            try Database(.file(path))
        }
    }
}
