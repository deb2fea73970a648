import Cryptography
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Trying a password")
struct PasswordCheckTests {
    let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    /// What comes of trying `password` now.
    private func outcome(_ name: String, _ password: String) throws -> String {
        try self.begin(name, password)()
    }

    /// The rest of an attempt whose password waits to be hashed.
    private func begin(_ name: String, _ password: String) throws -> () throws -> String {
        let call = self.bench.request(.post, .login)
        let step = try PasswordCheck.begin(
            name: name,
            password: password,
            in: self.bench.context(call),
            ifBusy: {
                Issue.record("an answer was made that nobody needs")
                return EndpointAnswer(status: 503)
            }
        ) { _, outcome in .answer(EndpointAnswer(json: .string(Self.word(outcome)))) }
        return {
            switch step {
            case .answer(let answer): return try #require(answer.json.string)
            case .hash(let job):
                guard case .answer(let answer) = try job.work()(self.bench.context(call)) else { return "" }
                return try #require(answer.json.string)
            }
        }
    }

    private static func word(_ outcome: PasswordCheck.Outcome) -> String {
        switch outcome {
        case .right(let user): "right: \(user.name)"
        case .wrong: "wrong"
        case .lockedOut(let seconds): "locked out for \(seconds)"
        }
    }

    @Test("takes the right password and no other")
    func right() throws {
        #expect(try self.outcome("alice", User.alicePassword) == "right: alice")
        #expect(try self.outcome("alice", User.alicePassword + " ") == "wrong")
        #expect(try self.outcome("Alice", User.alicePassword) == "wrong")
    }

    @Test("AS21: locks after five failures, also names that nobody has", arguments: ["alice", "nobody"])
    func lockout(_ name: String) throws {
        for _ in 1...5 { #expect(try self.outcome(name, "x") == "wrong") }
        #expect(try self.outcome(name, User.alicePassword) == "locked out for 900")
        self.bench.now = self.bench.now + .seconds(901)
        #expect(try self.outcome(name, "x") == "wrong")
    }

    @Test("AS21: tells nothing of guesses that were under way when the block began")
    func parallel() throws {
        let attempts = try (1...6).map { try self.begin("alice", $0 == 6 ? User.alicePassword : "x") }
        let outcomes = try attempts.map { try $0() }
        #expect(outcomes == Array(repeating: "wrong", count: 5) + ["locked out for 900"])
    }

    @Test("does not take a password that was changed while it was hashed")
    func changed() throws {
        let attempt = try self.begin("alice", User.alicePassword)
        let other = try PasswordHash(hashing: RandomSecret().text)
        self.bench.adopt { $0.users[0].passwordHash = other }
        #expect(try attempt() == "wrong")
    }

    @Test("keeps failures of users for them to see, and writes no name that nobody has")
    func traces() throws {
        _ = try self.outcome("alice", "x")
        _ = try self.outcome("nobody", "x")
        // Later than the answer, which would tell by its time who is known.
        #expect(try self.bench.store.signIns(ofUser: "alice", limit: 9).isEmpty)
        try self.bench.signIns.write(to: self.bench.store, at: self.bench.now)
        #expect(try self.bench.store.signIns(ofUser: "alice", limit: 9).map(\.succeeded) == [false])
        #expect(try self.bench.store.signIns(ofUser: "nobody", limit: 9).isEmpty)
        let lines = try self.bench.audit.lines()
        #expect(lines.map { $0["event"] } == ["sign_in_failed", "sign_in_failed"])
        #expect(lines.map { $0["subject"] } == ["alice", .null])
    }
}
