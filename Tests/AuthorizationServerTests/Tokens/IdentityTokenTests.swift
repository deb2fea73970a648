import Bytes
import Cryptography
import JOSE
import OAuth
import Stores
import Testing

@testable import AuthorizationServer

@Suite("ID tokens")
struct IdentityTokenTests {
    @Test("OpenID Connect Core, section 2: say who signed in, when, how and for whom")
    func claims() throws {
        let bench = try EndpointBench()
        let grant = bench.grant(scopes: ["openid"], session: "s-1")
        let answer = bench.redeem(try bench.code(grant, nonce: "n-0S6_WzA2Mj"))
        let now = bench.now.seconds
        let expected: JSONValue = [
            "iss": .string(EndpointBench.issuer), "sub": "alice", "aud": "docs", "exp": .integer(now + 600),
            "iat": .integer(now), "auth_time": .integer(now - 30), "nonce": "n-0S6_WzA2Mj", "acr": "urn:acr:1",
            "sid": "s-1", "groups": ["staff"], "tenant": "acme",
        ]
        #expect(try answer.claims(of: "id_token").without("at_hash") == expected)
    }

    @Test("give name and address with their scopes alone")
    func scopes() throws {
        let bench = try EndpointBench()
        let profile = try bench.redeem(try bench.code(bench.grant(scopes: ["openid", "profile"]))).claims(
            of: "id_token"
        )
        #expect(profile["name"] == "Alice")
        #expect(profile["email"] == nil)
        let email = try bench.redeem(try bench.code(bench.grant(scopes: ["openid", "email"]))).claims(of: "id_token")
        #expect(email["name"] == nil)
        #expect(email["email"] == "alice@example.com")
        #expect(email["email_verified"] == true)
    }

    @Test(
        "section 3.1.3.6: carry half of the hash of the access token, by the hash of the key",
        arguments: [
            (SignatureAlgorithm.es256, Digest.sha256), (.es384, .sha384), (.rs512, .sha512), (.edDSA, .sha512),
        ]
    )
    func hash(_ algorithm: SignatureAlgorithm, _ digest: Digest) throws {
        let bench = try EndpointBench { $0.keys.algorithm = algorithm }
        let answer = bench.redeem(try bench.code())
        let token = try answer.text("access_token")
        let hash = digest.hash(token.utf8Span.span)
        let expected = Base64URL.encode(Array(hash[..<(digest.byteCount / 2)]))
        #expect(try answer.claims(of: "id_token")["at_hash"] == .string(expected))
    }

    @Test("are signed with a published key", arguments: ["access_token", "id_token"])
    func signature(_ member: String) throws {
        let bench = try EndpointBench()
        let token = try bench.redeem(try bench.code()).text(member)
        let ring = try KeyRing(bench.keys.published, algorithms: [.es256], generation: 1)
        let dot = try #require(token.lastIndex(of: "."))
        let input = Array(token[..<dot].utf8)
        let signature = try #require(Base64URL.decode(String(token[dot...].dropFirst())))
        let outcome = ring.verify(
            signature.span,
            of: input.span,
            algorithm: .es256,
            keyID: bench.keys.published.keys[0].keyID
        )
        #expect(outcome == .verified(keyIndex: 0))
    }

    @Test("section 12.2: come with refreshed tokens, of the first sign-in and without its nonce")
    func refreshed() throws {
        let bench = try EndpointBench()
        let first = bench.redeem(try bench.code(nonce: "n-1"))
        let time = try first.claims(of: "id_token")["auth_time"]
        bench.advance(by: .seconds(100))
        let claims = try bench.refresh(try first.text("refresh_token")).claims(of: "id_token")
        #expect(claims["auth_time"] == time)
        #expect(claims["iat"] == .integer(bench.now.seconds))
        #expect(claims["nonce"] == nil)
    }
}
