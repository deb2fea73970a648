import Bytes
import Cryptography
import JOSE
import Testing

@Suite("Examples of the RFCs")
struct VectorTests {
    static let signatures = [
        "rfc7515-a1", "rfc7515-a2", "rfc7515-a3", "rfc7515-a4", "rfc7520-4.1", "rfc7520-4.2", "rfc7520-4.3",
        "rfc7520-4.4",
        "rfc8037-a4",
    ]

    @Test("verify, and fail with any bit of token flipped", arguments: signatures)
    func signature(_ name: String) throws {
        let vector = try Vector(name)
        let token = Array(vector.text("token").utf8)
        let verifier = try Self.verifier(vector)
        #expect(Self.verifies(token, verifier))
        #expect(Self.payload(token) == Array(vector.text("payload").utf8))
        for bit in 0..<token.count * 8 {
            var other = token
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(!Self.verifies(other, verifier), "bit \(bit)")
        }
    }

    @Test("are signed again by their private keys", arguments: signatures)
    func signing(_ name: String) throws {
        let vector = try Vector(name)
        let key = try SigningKey(
            #require(vector.json["key"]),
            algorithm: SignatureAlgorithm(name: vector.text("algorithm"))
        )
        #expect(key.algorithm.rawValue == vector.text("algorithm"))
        let token = try TokenSigner(key: key).sign(["sub": "frodo"])
        #expect(Self.verifies(Array(token.utf8), try Self.verifier(vector)))
    }

    @Test("without randomness give the very signature", arguments: ["rfc7515-a1", "rfc7515-a2", "rfc8037-a4"])
    func deterministic(_ name: String) throws {
        let vector = try Vector(name)
        let token = vector.text("token")
        let input = String(token[..<token.lastIndex(of: ".")!])
        let expected = String(token[token.index(after: token.lastIndex(of: ".")!)...])
        let algorithm = try #require(SignatureAlgorithm(name: vector.text("algorithm")))
        let json = try #require(vector.json["key"])
        #expect(try Self.sign(input, json, algorithm) == expected)
    }

    @Test("J1: an unsecured token names no algorithm that we know (RFC 7515, A.5)")
    func unsecured() throws {
        let token = Array(try Vector("rfc7515-a5").text("token").utf8)
        let split = CompactJWS(token.span)
        let parts = try #require(split)
        #expect(parts.signature.isEmpty)
        let header = try JOSEHeader(JSONValue(parsing: #require(Self.part(token, parts.header))))
        #expect(header.algorithm == nil)
    }

    @Test("J13: a critical parameter is refused (RFC 7515, E)")
    func critical() throws {
        let token = Array(try Vector("rfc7515-e").text("token").utf8)
        let split = CompactJWS(token.span)
        let parts = try #require(split)
        let json = try JSONValue(parsing: #require(Self.part(token, parts.header)))
        #expect(throws: JOSEHeader.Fault.critical) { try JOSEHeader(json) }
    }

    @Test("RFC 7517, A.1: the encryption key is skipped, the other is used; RFC 7638, 3.1: its thumbprint")
    func keySet() throws {
        let vector = try Vector("rfc7517-a1")
        let set = try JSONWebKeySet(#require(vector.json["set"]))
        #expect(set.keys.map(\.keyID) == ["2011-04-29"])
        #expect(set.keys.first?.algorithm == .rs256)
        #expect(set.skipped.map(\.keyID) == ["1"])
        #expect(set.skipped.map(\.reason) == [.notForSignatures])
        #expect(set.keys.first?.thumbprint == vector.json["thumbprints"]?.array?.last?.string)
    }

    @Test("RFC 7517, A.2: a private set is read as a public one, and its secrets are gone")
    func privateSet() throws {
        let set = try JSONWebKeySet(#require(Vector("rfc7517-a2").json["set"]))
        #expect(set.keys.count == 1)
        let text = set.json.jsonText
        for member in ["d", "p", "q", "dp", "dq", "qi"] { #expect(!text.contains("\"\(member)\":")) }
    }

    @Test("RFC 7517, A.3: symmetric keys are skipped")
    func symmetricSet() throws {
        let set = try JSONWebKeySet(#require(Vector("rfc7517-a3").json["set"]))
        #expect(set.keys.isEmpty)
        #expect(set.skipped.map(\.reason) == [.unknownAlgorithm("A128KW"), .symmetric])
    }

    @Test("RFC 7517, B: a certificate beside the key is not looked at; its key is the same")
    func certificate() throws {
        let json = try #require(try Vector("rfc7517-b").json["key"])
        let key = try JSONWebKey(json)
        let encoded = try #require(json["x5c"]?.array?.first?.string)
        let pem = Array("-----BEGIN CERTIFICATE-----\n\(encoded)\n-----END CERTIFICATE-----\n".utf8)
        let certified = try PublicKey(pem: pem.span).parameters
        #expect(certified == key.key.parameters)
    }

    @Test("RFC 8037, A.3: the thumbprint of an Ed25519 key")
    func ed25519Thumbprint() throws {
        let vector = try Vector("rfc8037-a3")
        #expect(try JSONWebKey(#require(vector.json["key"])).thumbprint == vector.text("thumbprint"))
    }

    // MARK: - Private details

    static func verifier(_ vector: Vector) throws -> SignatureVerifier {
        let json = try #require(vector.json["key"])
        let algorithm = try #require(SignatureAlgorithm(name: vector.text("algorithm")))
        guard algorithm.isSymmetric else {
            return try SignatureVerifier(key: JSONWebKey(json).key, algorithm: algorithm)
        }
        let secret = try #require(json["k"]?.string.flatMap { Base64URL.decode($0) })
        return try SignatureVerifier(secret: SecretKey(secret), algorithm: algorithm)
    }

    static func verifies(_ token: [UInt8], _ verifier: SignatureVerifier) -> Bool {
        guard let parts = CompactJWS(token.span) else { return false }
        guard let signature = Base64URL.decode(token.span.extracting(parts.signature)) else { return false }
        return verifier.verifies(signature.span, of: token.span.extracting(parts.signingInput))
    }

    static func part(_ token: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        Base64URL.decode(token.span.extracting(range))
    }

    static func payload(_ token: [UInt8]) -> [UInt8]? {
        CompactJWS(token.span).flatMap { self.part(token, $0.payload) }
    }

    static func sign(_ input: String, _ json: JSONValue, _ algorithm: SignatureAlgorithm) throws -> String {
        let signer: Signer
        if algorithm.isSymmetric {
            let secret = try #require(json["k"]?.string.flatMap { Base64URL.decode($0) })
            signer = try Signer(secret: SecretKey(secret), algorithm: algorithm)
        } else {
            signer = try Signer(key: Self.privateKey(json), algorithm: algorithm)
        }
        return Base64URL.encode(signer.sign(input.utf8Span.span))
    }

    static func privateKey(_ json: JSONValue) throws -> PrivateKey {
        func bytes(_ name: String) throws -> [UInt8] {
            try #require(json[name]?.string.flatMap { Base64URL.decode($0) })
        }
        let publicKey = try JSONWebKey(json).key
        guard json["kty"]?.string == "RSA" else {
            return try PrivateKey(.ed25519(seed: bytes("d")), publicKey: publicKey)
        }
        let primes = PrivateKey.RSAPrimes(
            p: try bytes("p"),
            q: try bytes("q"),
            dp: try bytes("dp"),
            dq: try bytes("dq"),
            qi: try bytes("qi")
        )
        return try PrivateKey(.rsa(exponent: bytes("d"), primes: primes), publicKey: publicKey)
    }
}
