import Testing

@testable import Stores

@Suite("Migrations")
struct MigrationTests {
    static let first: StaticString =
        "CREATE TABLE a (n INTEGER) STRICT; PRAGMA application_id = 0x47544853; PRAGMA user_version = 1"
    static let second: StaticString = "CREATE TABLE b (n INTEGER) STRICT; PRAGMA user_version = 2"
    static let broken: StaticString = "CREATE TABLE c (n INTEGER) STRICT; CREATE TABLE a (n INTEGER) STRICT"

    let directory: TemporaryDirectory
    let database: Database

    init() throws {
        self.directory = try TemporaryDirectory()
        self.database = try Database(.file(self.directory.database))
    }

    private var tables: [String] {
        get throws {
            try self.database.all("SELECT name FROM sqlite_schema ORDER BY name") { row throws(StoreError) in
                try row.next()
            }
        }
    }

    @Test("go on where the file stands")
    func steps() throws {
        try Migrations.apply([Self.first], to: self.database)
        try self.database.run("INSERT INTO a VALUES (7)")
        try Migrations.apply([Self.first, Self.second], to: self.database)
        try Migrations.apply([Self.first, Self.second], to: self.database)
        #expect(try self.tables == ["a", "b"])
        let kept = try self.database.first("SELECT n FROM a") { row throws(StoreError) in try row.next(Int64.self) }
        #expect(kept == 7)
    }

    @Test("that fail leave the file as it was")
    func failure() throws {
        try Migrations.apply([Self.first], to: self.database)
        #expect(throws: StoreError.self) { try Migrations.apply([Self.first, Self.broken], to: self.database) }
        #expect(try self.tables == ["a"])
        try Migrations.apply([Self.first], to: self.database)
    }

    @Test("refuse the file of a newer Gatehouse in words, and leave it alone")
    func newer() throws {
        try Migrations.apply([Self.first, Self.second], to: self.database)
        let sentence = "the file has version 2, and this Gatehouse knows 1 at most; use a newer one"
        #expect(throws: StoreError.other(sentence)) { try Migrations.apply([Self.first], to: self.database) }
        #expect(try self.tables == ["a", "b"])
    }

    @Test("of a file that is only looked at are not made: an older one is refused in words")
    func older() throws {
        let sentence = "the file is of an older Gatehouse; the gateway's next start brings it up to date"
        #expect(throws: StoreError.other(sentence)) { try Migrations.check(self.database) }
        #expect(try self.tables == [])
        try Migrations.apply(to: self.database)
        try Migrations.check(self.database)
    }

    @Test("refuse the file of another program")
    func foreign() throws {
        try self.database.execute("CREATE TABLE notes (text TEXT)")
        #expect(throws: StoreError.other("the file belongs to another program")) {
            try SQLiteAuthorizationStore(.file(self.directory.database), ring: Fixture.ring)
        }
        #expect(try self.tables == ["notes"])
    }

    @Test("bring a store to its form, which stays when it is opened again")
    func store() throws {
        let other = try TemporaryDirectory()
        let path = other.database
        let grant = Fixture.grant()
        try Fixture.open(path).addGrant(grant, at: Fixture.now)
        let again = try Fixture.open(path)
        #expect(try again.grant(grant.id, at: Fixture.now) == grant)
        #expect(try again.count("PRAGMA user_version") == Int64(Migrations.steps.count))
        #expect(try again.count("PRAGMA application_id") == Migrations.applicationID)
    }

    @Test("number what was revoked before revocations had numbers")
    func revocations() throws {
        let steps = Migrations.steps.prefix { $0.utf8Start != Migrations.revocations.utf8Start }
        try Migrations.apply(Array(steps), to: self.database)
        let insert: StaticString =
            "INSERT INTO grants VALUES (?, NULL, 'worker', '[]', '[]', NULL, NULL, NULL, 0, ?, ?)"
        let grants = [5, nil, 3].map { time in (id: GrantID(), time: time.map { Fixture.now + .seconds($0) }) }
        for grant in grants { try self.database.run(insert, grant.id, Fixture.now + .seconds(60), grant.time) }
        let page = try Fixture.open(self.directory.database).revocations(after: 0, since: Fixture.now, limit: 9)
        #expect(page.grants.map(\.id) == [grants[2].id, grants[0].id])
    }

    @Test("lets a column hold nothing but what it is for")
    func strictness() throws {
        let store = try Fixture.memory()
        #expect(throws: StoreError.self) {
            try store.database.run("INSERT INTO proof_ids VALUES (?, ?)", SealedBox([1]), "soon")
        }
    }
}
