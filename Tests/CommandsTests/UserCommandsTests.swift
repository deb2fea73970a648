import AuthorizationServer
import Cryptography
import JOSE
import Stores
import Testing

@testable import Commands

@Suite("Users of the store")
struct UserCommandsTests {
    private let fixture: AdministrationFixture
    private let hash: PasswordHash

    init() throws {
        self.fixture = try AdministrationFixture()
        self.hash = try PasswordHash(AdministrationFixture.bcrypt)
    }

    private var administration: ServerAdministration { self.fixture.administration }

    @Test("are added as they were described")
    func add() throws {
        var draft = UserDraft(name: "bob")
        draft.displayName = "Bob"
        draft.email = "bob@example.com"
        draft.isEmailVerified = true
        draft.groups = ["staff"]
        draft.claims = ["level=3", "tenant=acme"].compactMap(ClaimAssignment.init)
        try self.administration.add(draft, password: self.hash)
        let user = try #require(try self.fixture.store.user(named: "bob"))
        #expect(user.displayName == "Bob")
        #expect(user.email == "bob@example.com")
        #expect(user.isEmailVerified)
        #expect(user.groups == ["staff"])
        #expect(user.claims == ["level": 3, "tenant": "acme"])
        #expect(user.passwordHash.text == AdministrationFixture.bcrypt)
        #expect(user.created == AdministrationFixture.now)
    }

    @Test("have a name that nobody else has")
    func taken() throws {
        try self.administration.add(UserDraft(name: "bob"), password: self.hash)
        #expect(throws: AdministrationError.taken("user", name: "bob")) {
            try self.administration.check(UserDraft(name: "bob"))
        }
        #expect(throws: AdministrationError.inPolicy("user", name: "alice")) {
            try self.administration.add(UserDraft(name: "alice"), password: self.hash)
        }
    }

    @Test("AS17: have no name that could be a client's subject", arguments: ["client:shop", "", "a b", "ä"])
    func name(_ name: String) {
        let reason = "a user's name is 1 to 255 visible ASCII characters without `:`"
        #expect(throws: AdministrationError.invalid("NAME", reason: reason)) {
            try self.administration.check(UserDraft(name: name))
        }
    }

    @Test(
        "have no claim of the server's own, and none twice",
        arguments: [["sub=root"], ["email_verified=true"], ["a=1", "a=2"]]
    )
    func claims(_ claims: [String]) throws {
        var draft = UserDraft(name: "bob")
        draft.claims = claims.compactMap(ClaimAssignment.init)
        #expect(throws: AdministrationError.self) { try self.administration.check(draft) }
        #expect(try self.fixture.store.user(named: "bob") == nil)
    }

    @Test("AS10: lose their grants with their password, and are then signed in by the new one")
    func password() throws {
        try self.administration.add(UserDraft(name: "bob"), password: self.hash)
        let other = try PasswordHash("$2b$05$" + String(repeating: "b", count: 53))
        try self.fixture.after(.seconds(5)).setPassword(other, ofUser: "bob")
        let user = try #require(try self.fixture.store.user(named: "bob"))
        #expect(user.passwordHash.text == other.text)
        #expect(user.passwordChanged == AdministrationFixture.now + .seconds(5))
    }

    @Test("of the policy are changed there, and those of nobody not at all")
    func strangers() {
        #expect(throws: AdministrationError.inPolicy("user", name: "alice")) {
            try self.administration.removeUser("alice")
        }
        #expect(throws: AdministrationError.unknown("user", name: "bob")) { try self.administration.removeUser("bob") }
        #expect(throws: AdministrationError.inPolicy("user", name: "alice")) {
            try self.administration.setPassword(self.hash, ofUser: "alice")
        }
        #expect(throws: AdministrationError.unknown("user", name: "bob")) {
            try self.administration.setPassword(self.hash, ofUser: "bob")
        }
    }

    @Test("are listed behind those of the policy, and go when they are removed")
    func list() throws {
        try self.administration.add(UserDraft(name: "bob"), password: self.hash)
        let listing = try self.administration.users()
        #expect(
            listing.text == """
                NAME   SOURCE  FULL NAME  E-MAIL  VERIFIED  GROUPS  PASSWORD CHANGED
                alice  policy  -          -       no        staff   -
                bob    store   -          -       no        -       2027-01-15T08:00:00Z

                """
        )
        #expect(listing.json.array?.map { $0["name"] } == ["alice", "bob"])
        #expect(listing.json.array?.map { $0["source"] } == ["policy", "store"])
        #expect(!listing.text.contains("$2b$") && !listing.json.jsonText.contains("$2b$"))
        try self.administration.removeUser("bob")
        #expect(try self.administration.users().json.array?.count == 1)
    }

    @Test("get a hash of the scheme that was asked for", arguments: [PasswordHash.Scheme.bcrypt, .yescrypt])
    func hashes(_ scheme: PasswordHash.Scheme) throws {
        var warnings: [String] = []
        let hash = try ServerAdministration.hash("correct horse", scheme: scheme) { warnings.append($0) }
        #expect(warnings == [])
        #expect(hash.verifies("correct horse"))
        #expect(hash.text.hasPrefix(scheme == .bcrypt ? "$2b$" : "$y$"))
    }

    @Test("get one of a short password, too, with a warning")
    func shortPassword() throws {
        var warnings: [String] = []
        let hash = try ServerAdministration.hash("eleven char", scheme: .bcrypt) { warnings.append($0) }
        #expect(hash.verifies("eleven char"))
        #expect(warnings == ["the password is shorter than 12 characters, which the account page would refuse"])
    }

    @Test("get none of no password, and of one that the scheme does not keep")
    func noHash() {
        #expect(throws: AdministrationError.weakPassword(.tooShort)) {
            try ServerAdministration.hash("", scheme: .yescrypt) { Issue.record("\($0)") }
        }
        let long = String(repeating: "a", count: 73)
        #expect(throws: AdministrationError.weakPassword(.tooLong(maximumByteCount: 72))) {
            try ServerAdministration.hash(long, scheme: .bcrypt) { Issue.record("\($0)") }
        }
    }
}
