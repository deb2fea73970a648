import Bytes
import Cryptography
import Testing

@Suite("Signatures")
struct SignatureTests {
    static let asymmetric = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }
    static let curves: [SignatureAlgorithm] = [.es256, .es384, .es512]
    let message = Array("It’s a dangerous business".utf8)

    @Test("what a key signs, it verifies, again and again", arguments: SignatureAlgorithm.allCases)
    func roundTrip(_ algorithm: SignatureAlgorithm) throws {
        let pair = try Pair(algorithm)
        for count in 0..<4 {
            let message = Array(self.message.prefix(count * 8))
            let signature = pair.signer.sign(message)
            #expect(pair.verifier.verifies(signature, of: message))
            #expect(algorithm.signatureByteCount.map { $0 == signature.count } ?? (signature.count == 256))
        }
    }

    @Test("J4: a signature with any bit flipped fails", arguments: SignatureAlgorithm.allCases)
    func flippedSignature(_ algorithm: SignatureAlgorithm) throws {
        let pair = try Pair(algorithm)
        let signature = pair.signer.sign(self.message)
        for bit in 0..<signature.count * 8 {
            var other = signature
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(!pair.verifier.verifies(other, of: self.message), "bit \(bit)")
        }
        #expect(pair.verifier.verifies(signature, of: self.message))
    }

    @Test("a message with any bit flipped fails", arguments: SignatureAlgorithm.allCases)
    func flippedMessage(_ algorithm: SignatureAlgorithm) throws {
        let pair = try Pair(algorithm)
        let signature = pair.signer.sign(self.message)
        for bit in 0..<self.message.count * 8 {
            var other = self.message
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(!pair.verifier.verifies(signature, of: other), "bit \(bit)")
        }
    }

    @Test("J4: any other length than the key's fails", arguments: SignatureAlgorithm.allCases)
    func lengths(_ algorithm: SignatureAlgorithm) throws {
        let pair = try Pair(algorithm)
        let signature = pair.signer.sign(self.message)
        for count in [0, 1, signature.count - 1] {
            #expect(!pair.verifier.verifies(Array(signature.prefix(count)), of: self.message))
        }
        for padded in [signature + [0], [0] + signature, signature + signature] {
            #expect(!pair.verifier.verifies(padded, of: self.message))
        }
    }

    @Test("CVE-2022-21449: a signature of zeros fails", arguments: SignatureAlgorithm.allCases)
    func zeros(_ algorithm: SignatureAlgorithm) throws {
        let pair = try Pair(algorithm)
        let zeros = [UInt8](repeating: 0, count: algorithm.signatureByteCount ?? 256)
        #expect(!pair.verifier.verifies(zeros, of: self.message))
    }

    @Test("J4: R or S of 0, of the group's order or above fails", arguments: curves)
    func outOfRange(_ algorithm: SignatureAlgorithm) throws {
        let pair = try Pair(algorithm)
        let signature = pair.signer.sign(self.message)
        let half = signature.count / 2
        let orders: [SignatureAlgorithm: String] = [
            .es256: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            .es384: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            .es512: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
                + "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        ]
        let order = try #require(orders[algorithm].flatMap(Hex.decode))
        let one = [UInt8](repeating: 0, count: half - 1) + [1]
        let values = [
            [UInt8](repeating: 0, count: half), order, [UInt8](repeating: 0xFF, count: half), one,
            Array(order.dropLast()) + [order[half - 1] + 1],
        ]
        for value in values {
            #expect(!pair.verifier.verifies((value + signature[half...]), of: self.message))
            #expect(!pair.verifier.verifies((signature[..<half] + value), of: self.message))
            #expect(!pair.verifier.verifies((value + value), of: self.message))
        }
    }

    @Test("J2: a key takes no algorithm of another family or curve", arguments: SignatureAlgorithm.allCases)
    func families(_ algorithm: SignatureAlgorithm) throws {
        for other in Self.asymmetric {
            let key = try Fixtures.privateKey(other)
            let fits = algorithm.keyFamily == other.keyFamily
            #expect(((try? SignatureVerifier(key: key.publicKey, algorithm: algorithm)) != nil) == fits)
            #expect(((try? Signer(key: key, algorithm: algorithm)) != nil) == fits)
        }
        let secret = try SecretKey([UInt8](repeating: 7, count: 64))
        #expect(((try? SignatureVerifier(secret: secret, algorithm: algorithm)) != nil) == algorithm.isSymmetric)
    }

    @Test("J4: two ECDSA signatures of one message differ: the nonce is never the same", arguments: curves)
    func nonces(_ algorithm: SignatureAlgorithm) throws {
        let signer = try Pair(algorithm).signer
        #expect(signer.sign(self.message) != signer.sign(self.message))
    }

    @Test("PSS and PKCS #1 v1.5 signatures of one key are not taken for each other")
    func paddings() throws {
        let key = try Fixtures.privateKey(.rs256)
        let signature = try Signer(key: key, algorithm: .rs256).sign(self.message)
        let verifier = try SignatureVerifier(key: key.publicKey, algorithm: .ps256)
        #expect(!verifier.verifies(signature, of: self.message))
    }
}

/// A signer and the verifier that belongs to it.
struct Pair {
    let signer: Signer
    let verifier: SignatureVerifier

    init(_ algorithm: SignatureAlgorithm) throws {
        if algorithm.isSymmetric {
            let secret = try SecretKey(Randomness.bytes(count: 64))
            self.signer = try Signer(secret: secret, algorithm: algorithm)
            self.verifier = try SignatureVerifier(secret: secret, algorithm: algorithm)
        } else {
            let key = try Fixtures.privateKey(algorithm)
            self.signer = try Signer(key: key, algorithm: algorithm)
            self.verifier = try SignatureVerifier(key: key.publicKey, algorithm: algorithm)
        }
    }
}

/// RSA keys take long to make, so that the tests share one.
enum Fixtures {
    static let rsa = try! PrivateKey(generatingFor: .rs256)

    static func privateKey(_ algorithm: SignatureAlgorithm) throws -> PrivateKey {
        algorithm.keyFamily == .rsa ? self.rsa : try PrivateKey(generatingFor: algorithm)
    }
}
