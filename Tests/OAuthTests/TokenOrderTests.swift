import Cryptography
import JOSE
import OAuth
import Testing

@Suite("The order in which a token is judged")
struct TokenOrderTests {
    @Test("the first failure answers, and nothing behind the signature is told before it holds")
    func order() throws {
        let bench = try Bench(.es256) { $0.maximumLifetime = 3600 }
        let stranger = try Bench.key(.es256, keyID: bench.key.keyID)
        let unknown = try Bench.key(.es256, keyID: "unknown")
        let otherAlgorithm = try Bench.key(.es384, keyID: bench.key.keyID)

        // Each step is wrong together with all that follow; then it is mended, and the next one answers.
        var claims: JSONValue = [
            "iss": "https://evil", "iat": .integer(Bench.now + 900), "exp": .integer(Bench.now - 900), "aud": "x",
            "cnf": [:],
        ]
        #expect(bench.rejection(bench.mint(claims, type: "x", key: otherAlgorithm)) == .issuerUnknown)
        claims = claims.with("iss", "https://corp")
        #expect(bench.rejection(bench.mint(claims, type: "x", key: otherAlgorithm)) == .algorithmNotAllowed)
        #expect(bench.rejection(bench.mint(claims, type: "x", key: unknown)) == .typeNotAllowed)
        #expect(bench.rejection(bench.mint(claims, key: unknown)) == .keyUnknown(issuer: 0))
        #expect(bench.rejection(bench.mint(claims, key: stranger)) == .signatureInvalid)
        #expect(bench.rejection(claims) == .expired)
        claims = claims.with("exp", .integer(Bench.now + 9999))
        #expect(bench.rejection(claims) == .expired)
        claims = claims.with("exp", .integer(Bench.now + 1000))
        #expect(bench.rejection(claims) == .notYetValid)
        claims = claims.with("iat", .integer(Bench.now))
        #expect(bench.rejection(claims) == .audienceMismatch)
        claims = claims.with("aud", "api")
        #expect(bench.rejection(claims) == .claimMissing("sub"))
        claims = claims.with("sub", "frodo")
        #expect(bench.rejection(claims) == .proofInvalid)
        #expect(bench.rejection(claims.without("cnf")) == nil)
    }

    @Test(
        "J1: none, in any case, is not allowed, with and without a signature",
        arguments: ["none", "None", "NONE", "nOnE", ""]
    )
    func none(_ name: String) throws {
        let bench = try Bench(.hs256)
        let token = bench.mint(header: "{\"alg\":\"\(name)\"}", payload: Bench.claims.jsonText)
        #expect(bench.rejection(token) == .algorithmNotAllowed)
        let unsigned = Array(token.prefix(through: token.lastIndex(of: UInt8(ascii: "."))!))
        #expect(bench.rejection(unsigned) == .algorithmNotAllowed)
    }

    @Test("J1: an algorithm that the issuer does not list is not allowed", arguments: SignatureAlgorithm.allCases)
    func lists(_ algorithm: SignatureAlgorithm) throws {
        let listed = SignatureAlgorithm.allCases.filter { $0 != algorithm && !$0.isSymmetric }
        let bench = try Bench(.es256) { $0.algorithms = listed }
        #expect(bench.rejection(bench.mint(Bench.claims, key: try Bench.key(algorithm))) == .algorithmNotAllowed)
    }

    @Test("J2: a public key is never an HMAC secret")
    func confusion() throws {
        let bench = try Bench(.rs256)
        let published = try #require(bench.key.published)
        for secret in [published.key.pem(), published.json.encoded()] {
            let forged = try SigningKey(SecretKey(secret), algorithm: .hs256, keyID: bench.key.keyID)
            #expect(bench.rejection(bench.mint(Bench.claims, key: forged)) == .algorithmNotAllowed)
            // Even where a list says so, no HMAC key is ever made of a set.
            let mixed = try KeyRing(JSONWebKeySet(keys: [published]), algorithms: [.rs256, .hs256], generation: 1)
            bench.verifier.setKeys(mixed, ofIssuer: 0)
        }
        #expect(throws: KeyError.algorithmDoesNotFit(.rs256)) {
            try KeyRing(SecretKey(Bench.secret), algorithms: [.hs256, .rs256], generation: 1)
        }
    }

    @Test("J2: the alg of a token is that of the key its kid names")
    func keyAlgorithm() throws {
        let bench = try Bench(.rs256) { $0.algorithms = [.rs256, .ps256] }
        let other = try SigningKey(Bench.rsa, algorithm: .ps256, keyID: bench.key.keyID)
        #expect(bench.rejection(bench.mint(Bench.claims, key: other)) == .keyUnknown(issuer: 0))
    }

    @Test("J9: keys that a token brings along are not looked at")
    func embedded() throws {
        let bench = try Bench(.es256)
        let own = try Bench.key(.es256)
        let jwk = try #require(own.published).json.jsonText
        let signer = try TokenSigner(key: own)
        let plain = Array(signer.sign(Bench.claims).utf8)
        #expect(bench.rejection(plain) == .keyUnknown(issuer: 0))
        let hmac = try Bench(.hs256)
        let header = "{\"alg\":\"HS256\",\"jku\":\"https://evil\",\"x5u\":\"https://evil\",\"jwk\":\(jwk)}"
        #expect(hmac.rejection(hmac.mint(header: header, payload: Bench.claims.jsonText)) == nil)
    }

    @Test(
        "J13: crit and b64 are malformed, under a good signature too",
        arguments: ["\"crit\":[\"exp\"]", "\"crit\":[]", "\"b64\":false"]
    )
    func critical(_ member: String) throws {
        let bench = try Bench(.hs256)
        let token = bench.mint(header: "{\"alg\":\"HS256\",\(member)}", payload: Bench.claims.jsonText)
        guard case .malformed(.header) = bench.rejection(token) else {
            Issue.record("accepted")
            return
        }
    }
}

@Suite("Keys of issuers")
struct KeyRingTests {
    @Test("keys that were not obtained are told with their issuer, keys that are not there too")
    func unavailable() throws {
        let bench = try Bench(.es256)
        bench.verifier.setKeys(nil, ofIssuer: 0)
        #expect(bench.rejection(Bench.claims) == .keysUnavailable(issuer: 0))
        bench.verifier.setKeys(try KeyRing(JSONWebKeySet(keys: []), algorithms: [.es256], generation: 2), ofIssuer: 0)
        #expect(bench.rejection(Bench.claims) == .keyUnknown(issuer: 0))
    }

    @Test("J7: the same kid under two issuers is not confused")
    func sameKeyID() throws {
        let keys = try [Bench.key(.es256, keyID: "1"), Bench.key(.es256, keyID: "1")]
        let issuers = [Bench.settings(.es256, issuer: "https://a"), Bench.settings(.es256, issuer: "https://b")]
        let verifier = TokenVerifier(issuers: issuers, scopes: ScopeTable())
        for (index, key) in keys.enumerated() {
            verifier.setKeys(try Bench.ring([key], algorithms: [.es256], generation: UInt64(index)), ofIssuer: index)
        }
        for (index, name) in ["https://a", "https://b"].enumerated() {
            let claims = Bench.claims.with("iss", .string(name))
            let own = try Array(TokenSigner(key: keys[index]).sign(claims).utf8)
            let other = try Array(TokenSigner(key: keys[1 - index]).sign(claims).utf8)
            let verified = try verifier.verify(own.span, at: Bench.now)
            #expect(verified.issuer == index && verified.generation == UInt64(index))
            #expect((try? verifier.verify(other.span, at: Bench.now)) == nil)
        }
    }

    @Test("a token without kid is tried on at most four keys that fit its alg", arguments: 0..<6)
    func withoutKeyID(_ place: Int) throws {
        let privateKeys = try (0..<6).map { _ in try PrivateKey(generatingFor: .es256) }
        let keys = try privateKeys.map { try SigningKey($0) }
        let others = try [Bench.key(.es384), Bench.key(.edDSA)]
        let bench = try Bench(.es256)
        bench.verifier.setKeys(try Bench.ring(others + keys, algorithms: [.es256, .es384, .edDSA]), ofIssuer: 0)
        let signer = try Signer(key: privateKeys[place], algorithm: .es256)
        let token = bench.mint(header: "{\"alg\":\"ES256\"}", payload: Bench.claims.jsonText, signer: signer)
        #expect(bench.rejection(token) == (place < 4 ? nil : .signatureInvalid))
        #expect(bench.rejection(bench.mint(Bench.claims, key: keys[place])) == nil)
    }

    @Test("two keys with one kid are both tried")
    func ambiguous() throws {
        let keys = try [Bench.key(.es256, keyID: "a"), Bench.key(.es256, keyID: "b"), Bench.key(.es256, keyID: "b")]
        let bench = try Bench(.es256)
        bench.verifier.setKeys(try Bench.ring(keys, algorithms: [.es256]), ofIssuer: 0)
        for (index, key) in keys.enumerated() {
            #expect(try bench.verifier.verify(bench.mint(Bench.claims, key: key).span, at: Bench.now).keyIndex == index)
        }
    }

    @Test("a key without a name fits any kid; one with another name does not")
    func nameless() throws {
        let key = try Bench.key(.es256, keyID: "a")
        let published = try #require(key.published)
        let bench = try Bench(.es256)
        let nameless = try JSONWebKey(key: published.key)
        bench.verifier.setKeys(
            try KeyRing(JSONWebKeySet(keys: [nameless]), algorithms: [.es256], generation: 1),
            ofIssuer: 0
        )
        #expect(bench.rejection(bench.mint(Bench.claims, key: key)) == nil)
        let renamed = try JSONWebKey(key: published.key, keyID: "A")
        bench.verifier.setKeys(
            try KeyRing(JSONWebKeySet(keys: [renamed]), algorithms: [.es256], generation: 1),
            ofIssuer: 0
        )
        #expect(bench.rejection(bench.mint(Bench.claims, key: key)) == .keyUnknown(issuer: 0))
    }

    @Test("an RSA key without alg verifies what the issuer lists, and no more")
    func openKey() throws {
        let bench = try Bench(.rs256) { $0.algorithms = [.rs256, .ps512] }
        let open = try JSONWebKey(key: Bench.rsa.publicKey)
        let ring = try KeyRing(JSONWebKeySet(keys: [open]), algorithms: [.rs256, .ps512], generation: 1)
        bench.verifier.setKeys(ring, ofIssuer: 0)
        for algorithm: SignatureAlgorithm in [.rs256, .ps512] {
            #expect(bench.rejection(bench.mint(Bench.claims, key: try Bench.key(algorithm))) == nil)
        }
        #expect(bench.rejection(bench.mint(Bench.claims, key: try Bench.key(.rs512))) == .algorithmNotAllowed)
    }
}
