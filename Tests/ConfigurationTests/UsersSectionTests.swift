import AuthorizationServer
import Cryptography
import JOSE
import Testing

@testable import Configuration

@Suite("authorization_server.users")
struct UsersSectionTests {
    private static let hash = "password_hash: \"\(ServerFixture.bcrypt)\""

    private static func problems(_ user: String) -> [String] {
        ServerFixture.problems("users: { alice: { \(user) } }")
            .map { $0.replacing("authorization_server.users.", with: "") }
    }

    @Test("takes every key")
    func all() throws {
        let user = ServerFixture.settings(
            """
            users: { alice@example.com: { \(Self.hash), name: Alice, email: alice@example.com, email_verified: true, \
            groups: [staff, admins], claims: { tenant: acme, level: 3 } } }
            """
        )?.users.first
        var expected = User(name: "alice@example.com", passwordHash: try PasswordHash(ServerFixture.bcrypt))
        expected.displayName = "Alice"
        expected.email = "alice@example.com"
        expected.isEmailVerified = true
        expected.groups = ["staff", "admins"]
        expected.claims = ["tenant": "acme", "level": 3]
        #expect(user == expected)
    }

    @Test("takes each form of bcrypt and yescrypt", arguments: ["$2a$", "$2b$", "$2y$"])
    func forms(_ prefix: String) {
        let hash = prefix + ServerFixture.bcrypt.dropFirst(4)
        #expect(Self.problems("password_hash: \"\(hash)\"") == [])
        let yescrypt = "$y$j9T$" + String(repeating: "a", count: 22) + "$" + String(repeating: "b", count: 43)
        #expect(Self.problems("password_hash: \"\(yescrypt)\"") == [])
    }

    @Test("warns of a hash that is soon guessed")
    func cheapHash() {
        let hash = ServerFixture.bcrypt.replacing("$10$", with: "$09$")
        #expect(
            Self.problems("password_hash: \"\(hash)\"") == [
                "warning: alice.password_hash: bcrypt with a cost of 9 is soon guessed by who gets hold of it; 10 is the "
                    + "least, and `gatehouse users hash` makes one"
            ]
        )
    }

    @Test("refuses a password, and says what to write instead")
    func password() {
        #expect(
            Self.problems("password: never") == [
                "error: alice.password: a password never stands in a policy; write `password_hash:` and what `gatehouse users "
                    + "hash` prints"
            ]
        )
        #expect(
            Self.problems("name: Alice") == [
                "error: alice: `password_hash` is missing; `gatehouse users hash` makes one"
            ]
        )
    }

    @Test(
        "refuses other hashes",
        arguments: ["$6$salt$checksum", "$1$salt$checksum", "plain", "$2b$31$" + String(repeating: "a", count: 53)]
    )
    func otherHashes(_ hash: String) {
        let problems = Self.problems("password_hash: \"\(hash)\"")
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("error: alice.password_hash: ") == true)
        #expect(problems.first?.hasSuffix("; `gatehouse users hash` makes one") == true)
        #expect(problems.first?.contains(hash) == false)
    }

    @Test("AS17: refuses a name that could be a client's subject", arguments: ["client:app", "a b", ""])
    func name(_ name: String) {
        let problems = ServerFixture.problems("users: { \"\(name)\": { \(Self.hash) } }")
        #expect(
            problems.first?.hasSuffix("a user's name is 1 to 255 visible ASCII characters without `:`") == true
        )
    }

    @Test(
        "refuses claims that have a meaning of their own",
        arguments: [
            "iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope", "nbf", "auth_time", "acr", "amr", "nonce",
            "azp",
            "cnf", "name", "email", "email_verified", "groups", "sid", "at_hash", "typ",
        ]
    )
    func registered(_ claim: String) {
        #expect(
            Self.problems("\(Self.hash), claims: { tenant: acme, \(claim): x }") == [
                "error: alice.claims.\(claim): the server itself says this claim, or it has a meaning of its own"
            ]
        )
    }

    @Test(
        "refuses an address without its two halves",
        arguments: ["alice", "@example.com", "alice@", "a@b@c", "a b@c"]
    )
    func email(_ email: String) {
        #expect(
            Self.problems("\(Self.hash), email: \"\(email)\"").first?.contains("expected an e-mail address") == true
        )
    }
}
