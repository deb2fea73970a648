import Cryptography
import Foundation
import Testing

@testable import Stores

@Suite("When the disk does not do what it should")
struct FailureTests {
    let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    @Test("a full store says so, keeps all that was committed, and goes on when there is room")
    func full() throws {
        let store = try Fixture.open(self.directory.database)
        try store.database.execute("PRAGMA max_page_count = 100")
        var kept: [RandomSecret] = []
        var failure: StoreError?
        while failure == nil && kept.count < 10_000 {
            let token = RandomSecret()
            do throws(StoreError) {
                try store.issue(token)
                kept.append(token)
            } catch {
                failure = error
            }
        }
        guard let failure, case .full = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(kept.count > 10)
        // A smaller row may still find a place.
        #expect(throws: failure) {
            for _ in 0..<100 { try store.addGrant(Fixture.grant(), at: Fixture.now) }
        }
        try store.database.execute("PRAGMA max_page_count = 1000000")
        let again = try Fixture.open(self.directory.database)
        for token in kept { #expect(try again.refreshToken(token.digest, at: Fixture.now) != nil) }
        // Half of the last one may have been too much, but then it is its grant alone that is there.
        #expect(try again.count("SELECT count(*) FROM refresh_tokens") == Int64(kept.count))
        try store.issue(RandomSecret())
        try store.proveWritable(at: Fixture.now)
    }

    @Test("a file that was removed or replaced while it was open is missed", arguments: [false, true])
    func fileGone(isReplaced: Bool) throws {
        let (path, aside) = (self.directory.database, self.directory.path + "/aside")
        let store = try Fixture.open(path)
        try store.proveWritable(at: Fixture.now)
        try FileManager.default.moveItem(atPath: path, toPath: aside)
        if isReplaced { try FileManager.default.copyItem(atPath: aside, toPath: path) }
        #expect(throws: StoreError.self) { try store.proveWritable(at: Fixture.now) }
        // Nobody is told that something was kept which nobody will find.
        #expect(throws: StoreError.self) { try store.issue(RandomSecret()) }
        if isReplaced { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: aside, toPath: path)
        try store.proveWritable(at: Fixture.now)
    }

    @Test("a rotation that finds the disk full has not happened")
    func fullDuringRotation() throws {
        let store = try Fixture.open(self.directory.database)
        let tokens = (0..<200).map { _ in RandomSecret() }
        for token in tokens { try store.issue(token) }
        try store.database.execute("PRAGMA max_page_count = 1")
        var failed: RandomSecret?
        for token in tokens where failed == nil {
            do throws(StoreError) {
                _ = try store.rotateRefreshToken(Fixture.rotation(token, grace: .zero), at: Fixture.now)
            } catch {
                guard case .full = error else { throw error }
                failed = token
            }
        }
        let token = try #require(failed, "a page was enough for 200 more rows")
        try store.database.execute("PRAGMA max_page_count = 1000000")
        let outcome = try store.rotateRefreshToken(Fixture.rotation(token, grace: .zero), at: Fixture.now)
        #expect(outcome.rotated != nil)
    }

    @Test("a store in which another process writes waits, and then says that it is locked")
    func locked() throws {
        let writer = try Fixture.open(self.directory.database)
        let store = try Fixture.open(self.directory.database, busyTimeout: .milliseconds(50))
        try writer.database.execute("BEGIN IMMEDIATE")
        let error = #expect(throws: StoreError.self) { try store.addGrant(Fixture.grant(), at: Fixture.now) }
        guard case .locked = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // Those behind it wait only shortly, until a write has had its turn.
        #expect(store.database.isLocked)
        // Who only reads does not wait.
        #expect(try store.grantHolders(at: Fixture.now).users == [])
        try writer.database.execute("COMMIT")
        try store.addGrant(Fixture.grant(), at: Fixture.now)
        #expect(!store.database.isLocked)
    }

    @Test("a file that is no database is refused and left as it is")
    func notADatabase() throws {
        let text = Data(String(repeating: "This is a letter, not a database. ", count: 200).utf8)
        try text.write(to: URL(filePath: self.directory.database))
        self.expectCorrupt { _ = try Fixture.open(self.directory.database) }
        #expect(try Data(contentsOf: URL(filePath: self.directory.database)) == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.directory.path) == ["gatehouse.db"])
    }

    @Test("a file that is damaged in the middle is an error when it is read, and is left as it is")
    func damaged() throws {
        let grants = (0..<200).map { _ in Fixture.grant() }
        do {
            let store = try Fixture.open(self.directory.database)
            for grant in grants { try store.addGrant(grant, at: Fixture.now) }
        }
        let file = URL(filePath: self.directory.database)
        var bytes = try Data(contentsOf: file)
        // All pages but the first, which says what the tables are.
        let start = 4096 * 2
        bytes.replaceSubrange(start..., with: Data(repeating: 0xA5, count: bytes.count - start))
        try bytes.write(to: file)
        self.expectCorrupt {
            let store = try Fixture.open(self.directory.database)
            for grant in grants { _ = try store.grant(grant.id, at: Fixture.now) }
        }
        self.expectCorrupt {
            try Fixture.open(self.directory.database).addGrant(Fixture.grant(), at: Fixture.now)
        }
        #expect(try Data(contentsOf: file) == bytes)
    }

    @Test("a file in a directory that may not be written is read only, and so is one that may not be made there")
    func readOnly() throws {
        let path = self.directory.database
        do { _ = try Fixture.open(path) }
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: self.directory.path)
        let errors = try Threads.alone {
            try Self.becomeNobody()
            return [path, path + "2"].map { path -> StoreError? in
                do {
                    _ = try Fixture.open(path)
                    return nil
                } catch {
                    return error as? StoreError
                }
            }
        }
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: self.directory.path)
        for error in errors {
            guard case .readOnly = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("each failure is a sentence")
    func sentences() {
        #expect(StoreError.full("disk").description == "the store is full: disk")
        #expect(StoreError.locked("x").description == "the store is locked by another process: x")
        #expect(StoreError.corrupt("x").description == "the store is damaged and was left as it is: x")
        #expect(StoreError.readOnly("x").description == "the store cannot be written: x")
        #expect(StoreError.other("x").description == "the store failed: x")
    }

    private func expectCorrupt(_ body: () throws -> Void) {
        let error = #expect(throws: StoreError.self, performing: body)
        guard case .corrupt = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Root may write everywhere. This thread alone acts on files as nobody from here on (setfsuid(2)).
    private static func becomeNobody() throws {
        guard geteuid() == 0 else { return }
        typealias SetUser = @convention(c) (UInt32) -> Int32
        let function = try #require(dlsym(nil, "setfsuid"))
        _ = unsafeBitCast(function, to: SetUser.self)(65_534)
    }
}
