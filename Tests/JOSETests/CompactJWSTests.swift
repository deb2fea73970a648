import Cryptography
import JOSE
import Testing

@Suite("Tokens in compact form")
struct CompactJWSTests {
    private func split(_ token: String) -> [String]? {
        guard let parts = CompactJWS(token.utf8Span.span) else { return nil }
        let bytes = Array(token.utf8)
        return [parts.header, parts.payload, parts.signature, parts.signingInput].map {
            String(decoding: bytes[$0], as: UTF8.self)
        }
    }

    @Test("has three parts, of which the signature may be empty")
    func parts() {
        #expect(self.split("aa.bb.cc") == ["aa", "bb", "cc", "aa.bb"])
        #expect(self.split("aa.bb.") == ["aa", "bb", "", "aa.bb"])
    }

    @Test(
        "J3: anything but three parts is refused",
        arguments: ["", ".", "..", "...", "aa", "aa.bb", ".bb.cc", "aa..cc", "..cc", "aa.."]
    )
    func refused(_ token: String) {
        #expect(self.split(token) == nil)
    }

    @Test(
        "J3: further dots are left in the payload, where they are no base64url",
        arguments: ["aa.bb.cc.dd", "aa.bb.cc.dd.ee", "aa..bb.cc", "aa.bb..cc"]
    )
    func furtherDots(_ token: String) {
        #expect(self.split(token)?[1].contains(".") ?? true)
    }

    @Test(
        "a header is read member by member",
        arguments: [
            ("{\"alg\":\"ES256\"}", SignatureAlgorithm.es256, "jwt", nil),
            ("{\"alg\":\"RS256\",\"typ\":\"AT+JWT\",\"kid\":\"k1\"}", .rs256, "at+jwt", "k1"),
            ("{\"alg\":\"none\",\"typ\":\"application/at+jwt\"}", nil, "at+jwt", nil),
            ("{\"alg\":\"NONE\"}", nil, "jwt", nil),
            ("{\"alg\":\"es256\",\"jku\":\"https://evil.example\",\"jwk\":{}}", nil, "jwt", nil),
        ] as [(String, SignatureAlgorithm?, String, String?)]
    )
    func header(_ text: String, _ algorithm: SignatureAlgorithm?, _ type: String, _ keyID: String?) throws {
        let header = try JOSEHeader(JSONValue(parsing: text))
        #expect(header.algorithm == algorithm)
        #expect(header.type.name == type)
        #expect(header.keyID == keyID)
    }

    @Test(
        "J13: a header that is not understood is refused",
        arguments: [
            ("[]", JOSEHeader.Fault.notAnObject),
            ("{}", .memberMalformed),
            ("{\"alg\":null}", .memberMalformed),
            ("{\"alg\":[\"ES256\"]}", .memberMalformed),
            ("{\"alg\":\"ES256\",\"typ\":1}", .memberMalformed),
            ("{\"alg\":\"ES256\",\"kid\":1}", .memberMalformed),
            ("{\"alg\":\"ES256\",\"crit\":[]}", .critical),
            ("{\"alg\":\"ES256\",\"crit\":[\"exp\"]}", .critical),
            ("{\"alg\":\"ES256\",\"crit\":null}", .critical),
            ("{\"alg\":\"ES256\",\"b64\":false}", .unencodedPayload),
        ]
    )
    func headerFaults(_ text: String, _ fault: JOSEHeader.Fault) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: fault) { try JOSEHeader(json) }
    }

    @Test("J9: a kid has at most 256 bytes")
    func keyIDs() throws {
        func json(_ count: Int) -> JSONValue { ["alg": "ES256", "kid": .string(String(repeating: "é", count: count))] }
        #expect(try JOSEHeader(json(128)).keyID?.utf8.count == 256)
        #expect(throws: JOSEHeader.Fault.keyIDTooLong) { try JOSEHeader(json(129)) }
    }

    @Test(
        "J10: types are compared as media types",
        arguments: [
            ("at+jwt", "application/at+jwt", true), ("JWT", "jwt", true), ("Application/AT+JWT", "at+jwt", true),
            ("at+jwt", "jwt", false), ("application/", "", true), ("application/a/b", "a/b", false),
            ("text/jwt", "jwt", false), ("\u{212A}", "k", false),
        ]
    )
    func types(_ one: String, _ other: String, _ areEqual: Bool) {
        #expect((TokenType(one) == TokenType(other)) == areEqual)
    }
}

@Suite("Keys to sign with")
struct SigningKeyTests {
    static let asymmetric = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }

    @Test(
        "PEM text gives the key, and the thumbprint is its kid",
        arguments: [SignatureAlgorithm.es256, .es384, .es512, .edDSA]
    )
    func pem(_ algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(generatingFor: algorithm)
        let signing = try Self.parse(key.pem())
        #expect(signing.algorithm == algorithm)
        #expect(signing.keyID == (try JSONWebKey(key: key.publicKey).thumbprint))
        #expect(signing.published?.key.parameters == key.publicKey.parameters)
    }

    @Test("an RSA key is for RS256 unless said otherwise")
    func rsa() throws {
        let json = try #require(try Vector("rfc7515-a2").json["key"])
        #expect(try Self.parse(json.encoded()).algorithm == .rs256)
        #expect(try Self.parse(json.encoded(), algorithm: .ps512).algorithm == .ps512)
        #expect(try Self.parse(json.with("alg", "RS384").encoded(), algorithm: .ps512).algorithm == .rs384)
        #expect(throws: UnusableKey.key(.algorithmDoesNotFit(.es256))) {
            try Self.parse(json.encoded(), algorithm: .es256)
        }
    }

    @Test("a key without its secret, of another pair or for other work is refused")
    func refused() throws {
        let json = try #require(try Vector("rfc7515-a3").json["key"])
        #expect(throws: Never.self) { try Self.parse(json.encoded()) }
        #expect(throws: UnusableKey.member("d")) { try Self.parse(json.with("d", .null).encoded()) }
        #expect(throws: UnusableKey.key(.partsDoNotMatch)) {
            try Self.parse(json.with("d", "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE").encoded())
        }
        #expect(throws: UnusableKey.operationNotAllowed) { try Self.parse(json.with("key_ops", ["verify"]).encoded()) }
        #expect(throws: UnusableKey.notForSignatures) { try Self.parse(json.with("use", "enc").encoded()) }
        #expect(throws: UnusableKey.key(.malformed)) { try Self.parse(Array("no key".utf8)) }
        #expect(throws: UnusableKey.self) { try Self.parse(Array(" {".utf8)) }
    }

    @Test("a secret has no kid of its own making, and does not print")
    func secret() throws {
        let json: JSONValue = ["kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"]
        let key = try Self.parse(json.encoded())
        #expect(key.algorithm == .hs256)
        #expect(key.keyID == nil)
        #expect(key.published == nil)
        #expect("\(key)" == "<redacted>")
    }

    @Test("a minted token says how it was signed")
    func minting() throws {
        let key = try SigningKey(PrivateKey(generatingFor: .es256))
        let token = Array(try TokenSigner(key: key).sign(["sub": "frodo"]).utf8)
        let split = CompactJWS(token.span)
        let parts = try #require(split)
        let header = try JSONValue(parsing: #require(VectorTests.part(token, parts.header)))
        #expect(header == ["alg": "ES256", "typ": "at+jwt", "kid": .string(try #require(key.keyID))])
        #expect(VectorTests.payload(token) == Array("{\"sub\":\"frodo\"}".utf8))
    }

    @Test("claims whose beginning was encoded before are whole", arguments: ["frodo", "frodo1", "frodo12"])
    func encodedStart(_ subject: String) throws {
        let signer = try TokenSigner(key: SigningKey(PrivateKey(generatingFor: .es256)))
        var token = Array("before ".utf8)
        let start = EncodedStart(Array("{\"sub\":\"\(subject)\",".utf8))
        signer.sign(start, rest: Array("\"exp\":1}".utf8), appendingTo: &token)
        #expect(token.starts(with: "before ".utf8))
        let text = try #require(VectorTests.payload(Array(token.dropFirst(7))))
        let claims = try JSONValue(parsing: text.span)
        #expect(claims == ["sub": .string(subject), "exp": 1])
    }

    static func parse(_ text: [UInt8], algorithm: SignatureAlgorithm? = nil) throws -> SigningKey {
        try SigningKey(parsing: text.span, algorithm: algorithm)
    }
}
