import Bytes
import Cryptography
import JOSE
import OAuth
import Testing

@testable import Trust

@Suite("The used proofs of all workers")
struct UsedProofsTests {
    private static let now: Int64 = 1_800_000_000
    private static let address = "https://api.example.com/items"

    private func proof(_ identifier: String, _ key: PrivateKey) throws -> ProofOfPossession {
        let claims: JSONValue = [
            "jti": .string(identifier), "htm": "GET", "htu": .string(Self.address), "iat": .integer(Self.now),
        ]
        let published = try JSONWebKey(key: key.publicKey).json.members ?? []
        let bare = JSONValue.object(published.filter { !["use", "alg", "kid"].contains($0.name) })
        let header: JSONValue = ["typ": "dpop+jwt", "alg": "ES256", "jwk": bare]
        let input = "\(Base64URL.encode(header.encoded())).\(Base64URL.encode(claims.encoded()))"
        let signature = try Signer(key: key, algorithm: .es256).sign(input.utf8Span.span)
        let text = "\(input).\(Base64URL.encode(signature))"
        return try ProofOfPossession(
            verifying: text.utf8Span.span,
            method: "GET".utf8Span.span,
            address: #require(RequestAddress(Self.address)),
            at: Self.now
        )
    }

    @Test("are known by key and identifier, whatever else a proof says")
    func identity() throws {
        let (mine, others) = try (PrivateKey(generatingFor: .es256), PrivateKey(generatingFor: .es256))
        let used = UsedProofs()
        #expect(try used.use(self.proof("a", mine), at: 5) == .first)
        #expect(try used.use(self.proof("a", mine), at: 6) == .repeated)
        #expect(try used.use(self.proof("b", mine), at: 6) == .first)
        #expect(try used.use(self.proof("a", others), at: 6) == .first)
    }

    @Test("count once however many workers ask at the same time")
    func race() async throws {
        let key = try PrivateKey(generatingFor: .es256)
        let proofs = try (0..<50).map { try self.proof("\($0)", key) }
        let used = UsedProofs()
        let firsts = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { proofs.count { used.use($0, at: 9) == .first } }
            }
            return await group.reduce(0, +)
        }
        #expect(firsts == proofs.count)
    }
}
