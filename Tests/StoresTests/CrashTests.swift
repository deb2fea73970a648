import Cryptography
import Foundation
import Testing

@testable import Stores

/// A process that is killed at any moment. `GATEHOUSE_CRASHES` says how often, 12 times unless told otherwise.
@Suite("A process that is killed while it writes", .serialized)
struct CrashTests {
    static let rounds = ProcessInfo.processInfo.environment["GATEHOUSE_CRASHES"].flatMap { Int($0) } ?? 12

    @Test("AS20: has lost nothing that it committed, and accepts nothing twice", arguments: 0..<rounds)
    func kill(_ round: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try CrashingWriter(path).runUntilKilled()
        }
        let journal = try CrashJournal(path)
        try journal.check(SQLiteAuthorizationStore(.file(directory.database), ring: CrashJournal.ring))
        #expect(!journal.lines.isEmpty, "the process was killed before it did anything")
    }
}

/// Grants, redeems and rotates in a loop, and notes each step after it was committed.
struct CrashingWriter {
    private let store: SQLiteAuthorizationStore
    private let journal: Int32

    init(_ directory: String) throws {
        self.store = try SQLiteAuthorizationStore(.file(directory + "/gatehouse.db"), ring: CrashJournal.ring)
        self.journal = open(directory + "/journal", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }

    func runUntilKilled() throws -> Never {
        try self.round()
        // Several rounds, of a few milliseconds each.
        let delay = UInt32.random(in: 0...50_000)
        Thread {
            usleep(delay)
            kill(getpid(), SIGKILL)
        }.start()
        while true { try self.round() }
    }

    private func round() throws {
        let (code, token) = (RandomSecret(), RandomSecret())
        _ = try self.store.addCode(Fixture.code(code), at: Fixture.now)
        self.note("code", code)
        guard case .first = try self.store.redeem(code, issuing: token) else { fatalError("a fresh code is redeemed") }
        self.note("redeemed", code)
        self.note("token", token)
        let rotation = Fixture.rotation(token)
        guard let successor = try self.store.rotateRefreshToken(rotation, at: Fixture.now).rotated else {
            fatalError("a fresh token is rotated")
        }
        self.note("rotated", token)
        self.note("token", successor)
    }

    /// What write(2) took survives the process.
    private func note(_ step: String, _ secret: RandomSecret) {
        let line = "\(step) \(secret.text)\n"
        precondition(write(self.journal, line, line.utf8.count) == line.utf8.count, "the journal is written")
    }
}

/// What the process noted before it was killed.
struct CrashJournal {
    /// The same in both processes.
    static let ring = SealingRing(SealingKey([UInt8](repeating: 3, count: 32))!)

    let lines: [(step: String, secret: RandomSecret)]

    init(_ directory: String) throws {
        let text = try String(contentsOfFile: directory + "/journal", encoding: .utf8)
        self.lines = text.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return (String(words[0]), RandomSecret(text: String(words[1])))
        }
    }

    func check(_ store: SQLiteAuthorizationStore) throws {
        #expect(try store.count("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0)
        #expect(try store.count("SELECT count(*) FROM pragma_foreign_key_check") == 0)
        // No code was redeemed without its token.
        let halves: StaticString = """
            SELECT count(*) FROM authorization_codes
            WHERE redeemed_at IS NOT NULL AND grant_id NOT IN (SELECT grant_id FROM refresh_tokens)
            """
        #expect(try store.count(halves) == 0)
        let redeemed = self.secrets("redeemed")
        let rotated = self.secrets("rotated")
        // Tokens first: a code that comes twice takes its tokens with it.
        for token in self.secrets("token") {
            let rotation = Fixture.rotation(RandomSecret(text: token), grace: .zero)
            let outcome = try store.rotateRefreshToken(rotation, at: Fixture.now)
            #expect(!outcome.isUnknown, "a token that was committed is there")
            if rotated.contains(token) { #expect(outcome.rotated == nil, "a token is not rotated twice") }
        }
        for code in self.secrets("code") {
            let outcome = try store.redeem(RandomSecret(text: code))
            #expect(outcome != .unknown, "a code that was committed is there")
            guard case .first = outcome else { continue }
            #expect(!redeemed.contains(code), "a code is not redeemed twice")
        }
    }

    private func secrets(_ step: String) -> Set<String> {
        Set(self.lines.filter { $0.step == step }.map(\.secret.text))
    }
}
