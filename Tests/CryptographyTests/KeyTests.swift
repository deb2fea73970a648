import Bytes
import Cryptography
import Testing

@Suite("Keys")
struct KeyTests {
    static let families: [SignatureAlgorithm] = [.rs256, .es256, .es384, .es512, .edDSA]

    @Test("survive PEM, private and public", arguments: families)
    func pem(_ algorithm: SignatureAlgorithm) throws {
        let key = try Fixtures.privateKey(algorithm)
        let text = key.pem()
        #expect(String(decoding: text, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try PrivateKey(pem: text).publicKey.parameters == key.publicKey.parameters)
        #expect(try PublicKey(pem: key.publicKey.pem()).parameters == key.publicKey.parameters)
    }

    @Test("survive PKCS #8, which nothing may follow and nothing may lack", arguments: families)
    func pkcs8(_ algorithm: SignatureAlgorithm) throws {
        let key = try Fixtures.privateKey(algorithm)
        let bytes = key.pkcs8()
        #expect(try PrivateKey(pkcs8: bytes).publicKey.parameters == key.publicKey.parameters)
        for broken in [bytes + [0], bytes.dropLast(), [], Array("key".utf8)] {
            #expect(throws: KeyError.malformed) { try PrivateKey(pkcs8: Array(broken)) }
        }
    }

    @Test("are made again from their numbers", arguments: families)
    func parameters(_ algorithm: SignatureAlgorithm) throws {
        let key = try Fixtures.privateKey(algorithm).publicKey
        #expect(try PublicKey(key.parameters).parameters == key.parameters)
    }

    @Test("a private key's numbers make a private key")
    func privateParameters() throws {
        // RFC 8037, appendix A.1.
        let seed = try #require(Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
        let point = try #require(Base64URL.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
        let publicKey = try PublicKey(.ed25519(point))
        #expect(throws: Never.self) { try PrivateKey(.ed25519(seed: seed), publicKey: publicKey) }
        let other = try PrivateKey(generatingFor: .edDSA).publicKey
        #expect(throws: KeyError.partsDoNotMatch) { try PrivateKey(.ed25519(seed: seed), publicKey: other) }
        #expect(throws: KeyError.wrongSize(expected: 32, actual: 31)) {
            try PrivateKey(.ed25519(seed: seed.dropLast()), publicKey: publicKey)
        }
    }

    @Test("J4: a scalar that is not of the point is refused", arguments: [SignatureAlgorithm.es256, .es384, .es512])
    func scalars(_ algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(generatingFor: algorithm).publicKey
        let scalar = [UInt8](repeating: 0, count: algorithm.curve!.coordinateByteCount - 1) + [3]
        #expect(throws: KeyError.self) { try PrivateKey(.ellipticCurve(scalar: scalar), publicKey: key) }
    }

    @Test("J4: points off the curve, of another size or at infinity are refused", arguments: EllipticCurve.allCases)
    func points(_ curve: EllipticCurve) throws {
        let algorithm = try #require(SignatureAlgorithm.allCases.first { $0.curve == curve })
        let key = try PrivateKey(generatingFor: algorithm).publicKey
        guard case .ellipticCurve(_, let x, let y) = key.parameters else { return }
        let size = curve.coordinateByteCount
        let zero = [UInt8](repeating: 0, count: size)
        for (x, y) in [(x, x), (y, x), (zero, zero), (x, zero), (x, [UInt8](repeating: 0xFF, count: size))] {
            #expect(throws: KeyError.pointNotOnCurve) { try PublicKey(.ellipticCurve(curve, x: x, y: y)) }
        }
        #expect(throws: KeyError.wrongSize(expected: size, actual: size + 1)) {
            try PublicKey(.ellipticCurve(curve, x: [0] + x, y: y))
        }
        #expect(throws: KeyError.wrongSize(expected: size, actual: size - 1)) {
            try PublicKey(.ellipticCurve(curve, x: x, y: y.dropLast()))
        }
        for other in EllipticCurve.allCases where other != curve {
            #expect(throws: KeyError.self) { try PublicKey(.ellipticCurve(other, x: x, y: y)) }
        }
    }

    @Test("RSA keys of unusual size, modulus or exponent are refused")
    func rsa() throws {
        guard case .rsa(let modulus, let exponent) = Fixtures.rsa.publicKey.parameters else { return }
        func key(_ modulus: [UInt8], _ exponent: [UInt8]) throws -> PublicKey {
            try PublicKey(.rsa(modulus: modulus, exponent: exponent))
        }
        #expect(exponent == [1, 0, 1])
        #expect(try key([0, 0] + modulus, [0] + exponent).parameters == Fixtures.rsa.publicKey.parameters)
        #expect(throws: KeyError.modulusTooSmall(bits: 2040)) { try key([0xFF] + modulus.suffix(254), exponent) }
        #expect(throws: KeyError.modulusTooLarge(bits: 8200)) {
            try key([UInt8](repeating: 0xFF, count: 1025), exponent)
        }
        #expect(throws: KeyError.modulusNotOdd) { try key(modulus.dropLast() + [0xFE], exponent) }
        for exponent: [UInt8] in [[1], [3], [0xFF, 0xFF], [1, 0, 0], [1, 0, 2], [UInt8](repeating: 0xFF, count: 9)] {
            #expect(throws: KeyError.exponentNotAllowed) { try key(modulus, exponent) }
        }
    }

    @Test(
        "Ed25519 points of small order, under which zeros verify, are refused",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        ]
    )
    func smallOrder(_ point: String) throws {
        let point = try #require(Hex.decode(point))
        #expect(throws: KeyError.pointNotOnCurve) { try PublicKey(.ed25519(point)) }
    }

    @Test(
        "text that holds no key is malformed",
        arguments: ["", "key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"]
    )
    func notAKey(_ text: String) {
        #expect(throws: KeyError.malformed) { try PublicKey(pem: Array(text.utf8)) }
        #expect(throws: KeyError.malformed) { try PrivateKey(pem: Array(text.utf8)) }
    }

    @Test("J5: a secret below 256 bits is refused")
    func secrets() {
        #expect(throws: KeyError.secretTooShort(bytes: 31)) { try SecretKey([UInt8](repeating: 1, count: 31)) }
        #expect(throws: Never.self) { try SecretKey([UInt8](repeating: 1, count: 32)) }
    }

    @Test(
        "J5: what a person wrote is told from what a generator printed",
        arguments: [
            ("correct horse battery staple correct horse", true),
            ("Correct Horse Battery Staple Forever And Ever", true),
            ("THIS IS NOT A SECRET THAT ANYBODY SHOULD USE", true),
            ("a-string-secret-at-least-256-bits-long", true),
            ("my_super_secret_key_for_jwt_2024_production", true),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true),
            ("secretsecretsecretsecretsecretsecret", true),
            ("12345678901234567890123456789012", false),
            ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", false),
            ("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T", false),
            ("k7mQ2xVb9sLw4RtYz8NpCf3GhJd6KaTe", false),
        ]
    )
    func guessable(_ secret: String, _ isGuessable: Bool) {
        #expect(SecretKey.isGuessable(Array(secret.utf8)) == isGuessable)
    }

    @Test("random bytes are never taken for words")
    func randomSecrets() {
        for _ in 0..<1000 { #expect(!SecretKey.isGuessable(Randomness.bytes(count: 32))) }
    }

    @Test("secret and private keys do not print")
    func redaction() throws {
        let secret = try SecretKey(Array("0123456789abcdef0123456789abcdef".utf8))
        for text in ["\(secret)", String(reflecting: secret), "\(Fixtures.rsa)", String(reflecting: Fixtures.rsa)] {
            #expect(text == "<redacted>")
        }
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("48"))
    }
}
