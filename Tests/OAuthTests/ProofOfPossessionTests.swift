import Bytes
import Cryptography
import JOSE
import OAuth
import Testing

@Suite("DPoP proofs")
struct ProofOfPossessionTests {
    private static let now: Int64 = 1_800_000_000
    private static let address = "https://server.example.com/token"
    private static let key = try! PrivateKey(generatingFor: .es256)
    private static let claims: JSONValue = [
        "jti": "p-1", "htm": "POST", "htu": .string(address), "iat": .integer(now),
    ]

    private static func header(_ key: PrivateKey = Self.key, _ algorithm: String = "ES256") throws -> JSONValue {
        let known = try JSONWebKey(JSONWebKey(key: key.publicKey).json)
        let members = (known.json.members ?? []).filter { !["use", "alg", "kid"].contains($0.name) }
        return ["typ": "dpop+jwt", "alg": .string(algorithm), "jwk": .object(members)]
    }

    private static func proof(
        _ header: JSONValue,
        _ claims: JSONValue = Self.claims,
        signer: Signer? = nil
    ) throws -> String {
        let signer = try signer ?? Signer(key: Self.key, algorithm: .es256)
        let header = Base64URL.encode(header.encoded())
        let input = "\(header).\(Base64URL.encode(claims.encoded()))"
        return "\(input).\(Base64URL.encode(signer.sign(input.utf8Span.span)))"
    }

    private static func verify(
        _ proof: String,
        method: String = "POST",
        address: String = Self.address,
        accessToken: String? = nil,
        at now: Int64 = Self.now
    ) throws -> ProofOfPossession {
        let address = try #require(RequestAddress(address))
        return try ProofOfPossession(
            verifying: proof.utf8Span.span,
            method: method.utf8Span.span,
            address: address,
            accessToken: accessToken,
            at: now
        )
    }

    /// The key of the RFC's examples.
    private static let exampleHeader = """
        {"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",\
        "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}}
        """

    private static func example(_ claims: String, _ signature: String) -> String {
        "\(Base64URL.encode(Array(self.exampleHeader.utf8))).\(Base64URL.encode(Array(claims.utf8))).\(signature)"
    }

    @Test("RFC 9449, section 4.2: holds for the token request of the RFC")
    func tokenRequest() throws {
        let proof = Self.example(
            #"{"jti":"-BwC3ESc6acc2lTc","htm":"POST","htu":"https://server.example.com/token","iat":1562262616}"#,
            "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
        )
        let verified = try Self.verify(proof, at: 1_562_262_620)
        #expect(verified.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        #expect(verified.identifier == "-BwC3ESc6acc2lTc")
        #expect(verified.expires == 1_562_262_677)
    }

    @Test("RFC 9449, section 7.1: holds for the resource request of the RFC, with its access token alone")
    func resourceRequest() throws {
        let proof = Self.example(
            #"{"jti":"e1j3V_bKic8-LAEB","htm":"GET","htu":"https://resource.example.org/protectedresource","#
                + #""iat":1562262618,"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}"#,
            "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
        )
        func verify(_ token: String) throws -> ProofOfPossession {
            try Self.verify(
                proof,
                method: "GET",
                address: "https://resource.example.org/protectedresource",
                accessToken: token,
                at: 1_562_262_618
            )
        }
        #expect(try verify("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU").identifier == "e1j3V_bKic8-LAEB")
        #expect(throws: ProofOfPossession.Rejection.tokenMismatch) { try verify("another") }
    }

    @Test("J1: take every asymmetric algorithm", arguments: SignatureAlgorithm.allCases.filter { !$0.isSymmetric })
    func algorithms(_ algorithm: SignatureAlgorithm) throws {
        let key = try algorithm.keyFamily == .rsa ? Bench.rsa : PrivateKey(generatingFor: algorithm)
        let signer = try Signer(key: key, algorithm: algorithm)
        let proof = try Self.proof(Self.header(key, algorithm.rawValue), signer: signer)
        #expect(try Self.verify(proof).thumbprint == JSONWebKey(key: key.publicKey).thumbprint)
    }

    @Test("J1, J10: take no other type and no other algorithm")
    func header() throws {
        let header = try Self.header()
        for type: JSONValue in ["JWT", "at+jwt", "dpop"] {
            let proof = try Self.proof(header.with("typ", type))
            #expect(throws: ProofOfPossession.Rejection.typeNotAllowed) { try Self.verify(proof) }
        }
        for algorithm: JSONValue in ["none", "NONE", "HS256", "es256"] {
            let proof = try Self.proof(header.with("alg", algorithm))
            #expect(throws: ProofOfPossession.Rejection.algorithmNotAllowed) { try Self.verify(proof) }
        }
        let critical = try Self.proof(header.with("crit", ["exp"]))
        #expect(throws: ProofOfPossession.Rejection.malformed) { try Self.verify(critical) }
    }

    @Test("RFC 9449, section 4.3: refuse a private key, a secret, no key and one of another algorithm")
    func keys() throws {
        let header = try Self.header()
        let jwk = try #require(header["jwk"])
        let keys: [JSONValue] = [
            jwk.with("d", "AQAB"), ["kty": "oct", "k": "AQAB"], .null, jwk.with("crv", "P-384"),
            jwk.with("alg", "ES384"),
        ]
        for key in keys {
            let proof = try Self.proof(header.with("jwk", key))
            #expect(throws: ProofOfPossession.Rejection.keyUnusable) { try Self.verify(proof) }
        }
        let none = try Self.proof(header.without("jwk"))
        #expect(throws: ProofOfPossession.Rejection.keyUnusable) { try Self.verify(none) }
    }

    @Test("are signed by the key that they name")
    func signature() throws {
        let other = try Self.header(PrivateKey(generatingFor: .es256))
        let proof = try Self.proof(other)
        #expect(throws: ProofOfPossession.Rejection.signatureInvalid) { try Self.verify(proof) }
    }

    @Test("are for one method and one address")
    func request() throws {
        let proof = try Self.proof(Self.header())
        #expect(throws: ProofOfPossession.Rejection.methodMismatch) { try Self.verify(proof, method: "GET") }
        #expect(throws: ProofOfPossession.Rejection.addressMismatch) {
            try Self.verify(proof, address: "https://server.example.com/other")
        }
        let lower = try Self.proof(Self.header(), Self.claims.with("htm", "post"))
        #expect(throws: ProofOfPossession.Rejection.methodMismatch) { try Self.verify(lower) }
    }

    @Test("hold for a minute, whoever's clock is ahead")
    func age() throws {
        let proof = try Self.proof(Self.header())
        #expect(try Self.verify(proof, at: Self.now + 60).expires == Self.now + 61)
        #expect(try Self.verify(proof, at: Self.now - 60).expires == Self.now + 61)
        #expect(throws: ProofOfPossession.Rejection.stale) { try Self.verify(proof, at: Self.now + 61) }
        #expect(throws: ProofOfPossession.Rejection.stale) { try Self.verify(proof, at: Self.now - 61) }
        let timeless = try Self.proof(Self.header(), Self.claims.without("iat"))
        #expect(throws: ProofOfPossession.Rejection.stale) { try Self.verify(timeless) }
    }

    @Test("RFC 9449, section 7.1: name the access token that they come with")
    func tokens() throws {
        let proof = try Self.proof(Self.header())
        #expect(throws: ProofOfPossession.Rejection.tokenMismatch) { try Self.verify(proof, accessToken: "t") }
    }

    @Test("J3: are three parts of base64url with a bounded name, and nothing else")
    func form() throws {
        let proof = try Self.proof(Self.header())
        for text in ["", "a.b.c", proof + ".x", proof + "=", "\(proof),\(proof)", String(repeating: "a", count: 8193)] {
            #expect(throws: ProofOfPossession.Rejection.malformed) { try Self.verify(text) }
        }
        for identifier: JSONValue in ["", 7, .string(String(repeating: "j", count: 257))] {
            let proof = try Self.proof(Self.header(), Self.claims.with("jti", identifier))
            #expect(throws: ProofOfPossession.Rejection.malformed) { try Self.verify(proof) }
        }
    }
}
