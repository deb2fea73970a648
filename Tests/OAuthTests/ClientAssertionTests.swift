import Cryptography
import JOSE
import OAuth
import Testing

@Suite("Client assertions")
struct ClientAssertionTests {
    private static let now: Int64 = 1_800_000_000
    private static let issuer = "https://id.example.com/identity"
    private static let key = try! SigningKey(PrivateKey(generatingFor: .es256))
    private static let claims: JSONValue = [
        "iss": "signed", "sub": "signed", "aud": .string(issuer), "jti": "a-1", "exp": .integer(now + 60),
    ]

    private func verify(
        _ claims: JSONValue,
        type: String = "JWT",
        key: SigningKey = Self.key
    ) throws -> (identifier: String, expires: Int64)? {
        let text = try TokenSigner(key: key, type: TokenType(type)).sign(claims)
        return ClientAssertion(text.utf8Span.span)?.verified(
            keys: JSONWebKeySet(keys: [try #require(Self.key.published)]),
            audiences: [Self.issuer, Self.issuer + "/token"],
            at: Self.now
        )
    }

    @Test("J10, RFC 7523, section 3: prove the client, and tokens of other kinds prove nothing")
    func good() throws {
        let proof = try #require(try self.verify(Self.claims))
        #expect(proof.identifier == "a-1")
        #expect(proof.expires == Self.now + 60)
        #expect(try self.verify(Self.claims, type: "client-authentication+jwt") != nil)
        for type in ["at+jwt", "dpop+jwt", "logout+jwt"] { #expect(try self.verify(Self.claims, type: type) == nil) }
        #expect(try self.verify(Self.claims.with("aud", .string(Self.issuer + "/token"))) != nil)
        #expect(
            try self.verify(Self.claims.with("aud", [.string(Self.issuer), .string(Self.issuer + "/token")])) != nil
        )
    }

    @Test(
        "RFC 7523, section 3: prove nothing with a claim that is not there",
        arguments: ["iss", "sub", "aud", "jti", "exp"]
    )
    func missing(_ name: String) throws { #expect(try self.verify(Self.claims.without(name)) == nil) }

    @Test("J8: are for this server alone, by its client, for an hour at most")
    func wrong() throws {
        let wrong: [(String, JSONValue)] = [
            ("iss", "another"), ("sub", "another"), ("aud", "https://id.example.com"), ("aud", []),
            ("aud", [.string(Self.issuer), "https://other.example"]), ("exp", .integer(Self.now)),
            ("exp", .integer(Self.now + 3661)), ("nbf", .integer(Self.now + 61)), ("iat", .integer(Self.now + 61)),
            ("jti", ""), ("exp", "never"),
        ]
        for (name, value) in wrong {
            #expect(try self.verify(Self.claims.with(name, value)) == nil, "\(name)")
        }
        #expect(try self.verify(Self.claims.with("exp", .integer(Self.now + 3660))) != nil)
        #expect(try self.verify(Self.claims.with("iat", .integer(Self.now + 60))) != nil)
    }

    @Test("J2: are signed with one of the client's keys, and never with a secret")
    func keys() throws {
        #expect(try self.verify(Self.claims, key: SigningKey(PrivateKey(generatingFor: .es256))) == nil)
        #expect(try self.verify(Self.claims, key: SigningKey(PrivateKey(generatingFor: .es384))) == nil)
        let secret = try SigningKey(SecretKey([UInt8](1...64)), algorithm: .hs256)
        #expect(try self.verify(Self.claims, key: secret) == nil)
    }
}
