import Cryptography
import JOSE
import OAuth
import Testing

@Suite("Verifying tokens")
struct TokenVerifierTests {
    @Test("a sound token is verified, and tells what it says", arguments: SignatureAlgorithm.allCases)
    func sound(_ algorithm: SignatureAlgorithm) throws {
        let bench = try Bench(algorithm)
        let claims = Bench.claims.with("client_id", "app").with("scope", "items:read other items:write")
        let token = try bench.verify(claims)
        #expect(token.issuer == 0)
        #expect(token.principal.issuerName == "corp")
        #expect(token.claims == claims)
        #expect(token.principal.subject == "frodo")
        #expect(token.principal.clientID == "app")
        #expect(token.expiresAt == Bench.now + 600)
        #expect(token.generation == 7)
        #expect(token.principal.scopeWords == ["items:read", "other", "items:write"])
        #expect(
            token.principal.scopes.contains(0) && token.principal.scopes.contains(1)
                && !token.principal.scopes.contains(2)
        )
    }

    @Test("J3: a token with any bit flipped is refused", arguments: [SignatureAlgorithm.es256, .edDSA, .hs256, .rs256])
    func flipped(_ algorithm: SignatureAlgorithm) throws {
        let bench = try Bench(algorithm)
        let token = bench.mint(Bench.claims)
        for bit in 0..<token.count * 8 {
            var other = token
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(bench.rejection(other) != nil, "bit \(bit)")
        }
        #expect(bench.rejection(token) == nil)
    }

    @Test("a token cut short or made longer, anywhere, is refused")
    func cut() throws {
        let bench = try Bench(.es256)
        let token = bench.mint(Bench.claims)
        for place in token.indices {
            #expect(bench.rejection(Array(token[..<place])) != nil)
            #expect(bench.rejection(Array(token[..<place] + token[(place + 1)...])) != nil)
            for extra in [UInt8(ascii: "A"), UInt8(ascii: "."), UInt8(ascii: "="), 0x0A] {
                #expect(bench.rejection(Array(token[..<place] + [extra] + token[place...])) != nil)
            }
        }
        for tail in [".", "A", "=", "\n", ".AA"] { #expect(bench.rejection(token + Array(tail.utf8)) != nil) }
    }

    @Test(
        "J3: the shape of a token is judged before anything else",
        arguments: [
            "", ".", "..", "a", "a.b", "a.b.c.d", "{}", "e30.e30.", "bnVsbA.e30.AA", "W10.W10.AA",
            "eyJhbGciOiJFUzI1NiJ9.W10.AA", "eyJhbGciOiJFUzI1NiJ9.e30=.AA", "eyJhbGciOiJFUzI1NiJ9.e30.A",
        ]
    )
    func shapes(_ token: String) throws {
        let rejection = try Bench(.es256).rejection(Array(token.utf8))
        guard case .malformed = rejection else {
            Issue.record("\(token): \(String(describing: rejection))")
            return
        }
    }

    @Test("a JSON serialization and an encrypted token are malformed (J3, J12)")
    func otherForms() throws {
        let bench = try Bench(.es256)
        let parts = bench.mint(Bench.claims).split(separator: UInt8(ascii: ".")).map {
            String(decoding: $0, as: UTF8.self)
        }
        let json = "{\"protected\":\"\(parts[0])\",\"payload\":\"\(parts[1])\",\"signature\":\"\(parts[2])\"}"
        let encrypted = "\(parts[0]).\(parts[1]).\(parts[1]).\(parts[1]).\(parts[2])"
        #expect(bench.rejection(Array(json.utf8)) == .malformed(.parts))
        #expect(bench.rejection(Array(encrypted.utf8)) == .malformed(.encoding))
    }

    @Test("a token has a size")
    func size() throws {
        let bench = try Bench(.hs256, maximumTokenByteCount: 1000)
        #expect(bench.rejection([UInt8](repeating: 0x41, count: 1001)) == .tooLarge)
        #expect(bench.rejection([UInt8](repeating: 0x41, count: 1000)) == .malformed(.parts))
    }

    @Test("J13: a duplicate member in header or payload is refused, also under a good signature")
    func duplicates() throws {
        let bench = try Bench(.hs256)
        let payload = "{\"iss\":\"https://corp\",\"aud\":\"api\",\"exp\":99999999999,\"sub\":\"a\",\"sub\":\"b\"}"
        #expect(
            bench.rejection(bench.mint(header: "{\"alg\":\"HS256\"}", payload: payload))
                == .malformed(.payloadNotJSON(.duplicateMember))
        )
        #expect(
            bench.rejection(bench.mint(header: "{\"alg\":\"HS256\",\"alg\":\"HS256\"}", payload: "{}"))
                == .malformed(.headerNotJSON(.duplicateMember))
        )
    }

    @Test("the deepest payload is refused, and no stack is lost")
    func depth() throws {
        let bench = try Bench(.hs256, maximumTokenByteCount: 256 * 1024)
        let payload = "{\"a\":" + String(repeating: "[", count: 90_000) + String(repeating: "]", count: 90_000) + "}"
        let token = bench.mint(header: "{\"alg\":\"HS256\"}", payload: payload)
        #expect(bench.rejection(token) == .malformed(.payloadNotJSON(.tooDeep)))
    }

    @Test("the buffer serves short tokens after long ones")
    func buffer() throws {
        let bench = try Bench(.es256)
        let long = bench.mint(Bench.claims.with("pad", .string(String(repeating: "x", count: 3000))))
        let short = bench.mint(Bench.claims)
        for token in [short, long, short, long] { #expect(bench.rejection(token) == nil) }
        #expect(bench.rejection(Array(long.dropLast())) != nil)
        #expect(bench.rejection(short) == nil)
    }
}
