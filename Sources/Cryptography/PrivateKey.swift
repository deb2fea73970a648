internal import COpenSSL

/// A private key to sign with. It prints as `<redacted>`; only `pem()` gives it away.
public final class PrivateKey: @unchecked Sendable {
    // Sendable: the EVP_PKEY is never changed after `init`, and OpenSSL locks what it caches inside.

    /// The modulus of a generated RSA key: what verifiers expect, and twice as fast for them as the next size.
    public static let defaultModulusBits = 2048

    /// The secret numbers, as a private JWK has them (RFC 7518, sections 6.2.2 and 6.3.2; RFC 8037, section 2).
    public enum Parameters: Sendable {
        /// The five numbers after `exponent` speed up signing (RFC 8017, section 3.2); all or none of them.
        case rsa(exponent: [UInt8], primes: RSAPrimes?)
        case ellipticCurve(scalar: [UInt8])
        case ed25519(seed: [UInt8])
    }

    /// p, q, d mod (p - 1), d mod (q - 1) and the inverse of q mod p.
    public struct RSAPrimes: Sendable {
        public let p: [UInt8]
        public let q: [UInt8]
        public let dp: [UInt8]
        public let dq: [UInt8]
        public let qi: [UInt8]

        public init(p: [UInt8], q: [UInt8], dp: [UInt8], dq: [UInt8], qi: [UInt8]) {
            self.p = p
            self.q = q
            self.dp = dp
            self.dq = dq
            self.qi = qi
        }
    }

    public let publicKey: PublicKey
    private let handle: OpaquePointer

    /// A fresh key for `algorithm`. Throws `algorithmDoesNotFit` for HMAC, whose keys are secrets.
    public convenience init(generatingFor algorithm: SignatureAlgorithm) throws(KeyError) {
        let handle: OpaquePointer? = OpenSSLErrors.contained {
            switch algorithm.keyFamily {
            case .rsa: Self.generate("RSA") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, Int32(Self.defaultModulusBits)) }
            case .ellipticCurve(let curve):
                Self.generate("EC") { EVP_PKEY_CTX_set_group_name($0, "\(curve.groupName)") }
            case .ed25519: Self.generate("ED25519") { _ in 1 }
            case .secret: nil
            }
        }
        guard let handle else { throw .algorithmDoesNotFit(algorithm) }
        try self.init(adopting: handle)
    }

    /// A key of these numbers, public and secret. Throws `partsDoNotMatch` if one is not of the other.
    public convenience init(_ parameters: Parameters, publicKey: PublicKey) throws(KeyError) {
        let handle = try OpenSSLErrors.contained { () throws(KeyError) in
            try Self.handle(of: parameters, publicKey: publicKey.parameters)
        }
        guard let handle else { throw .malformed }
        try self.init(adopting: handle, publicKey: publicKey)
    }

    /// Checks a key and owns it from here on, also when it is refused.
    init(adopting handle: OpaquePointer, publicKey: PublicKey? = nil) throws(KeyError) {
        self.handle = handle
        do {
            self.publicKey = try PublicKey(adopting: Self.publicPart(of: handle))
        } catch {
            // An object that was never complete has no deinit.
            EVP_PKEY_free(handle)
            throw error
        }
        if let publicKey, publicKey.parameters != self.publicKey.parameters { throw .partsDoNotMatch }
        try self.proveParts()
    }

    deinit { EVP_PKEY_free(self.handle) }

    /// Lends the key. It must not be used outside: the object may go as soon as nobody looks at it.
    func withHandle<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(self.handle)
    }

    // MARK: - Private details

    /// A signature that verifies is the shortest proof that both parts belong together.
    private func proveParts() throws(KeyError) {
        guard let algorithm = self.publicKey.algorithms.first else { throw .unsupportedType }
        let probe: [UInt8] = [1, 2, 3]
        let signature = try Signer(key: self, algorithm: algorithm).sign(probe.span)
        let verifier = try SignatureVerifier(key: self.publicKey, algorithm: algorithm)
        guard verifier.verifies(signature.span, of: probe.span) else { throw .partsDoNotMatch }
    }

    private static func generate(_ type: String, _ configure: (OpaquePointer) -> Int32) -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, type, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, configure(context) == 1 else { return nil }
        return EVP_PKEY_generate(context, &key) == 1 ? key : nil
    }

    private static func handle(of parameters: Parameters, publicKey: PublicKey.Parameters) throws(KeyError)
        -> OpaquePointer?
    {
        switch (parameters, publicKey) {
        case (.rsa(let exponent, let primes), .rsa(let modulus, let publicExponent)):
            let parts = KeyParameters()
            parts.set(.modulus, number: modulus)
            parts.set(.publicExponent, number: publicExponent)
            parts.set(.privateExponent, number: exponent)
            if let primes { parts.set(primes) }
            return parts.makeKey(type: "RSA", isPrivate: true)
        case (.ellipticCurve(let scalar), .ellipticCurve(let curve, let x, let y)):
            guard scalar.count == curve.coordinateByteCount else {
                throw .wrongSize(expected: curve.coordinateByteCount, actual: scalar.count)
            }
            let parts = KeyParameters()
            try parts.set(curve: curve, x: x, y: y)
            parts.set(.privateScalar, number: scalar)
            return parts.makeKey(type: "EC", isPrivate: true)
        case (.ed25519(let seed), .ed25519):
            guard seed.count == 32 else { throw .wrongSize(expected: 32, actual: seed.count) }
            return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        case (.rsa, _), (.ellipticCurve, _), (.ed25519, _):
            throw .partsDoNotMatch
        }
    }

    /// A copy without the secret, by way of its encoding.
    private static func publicPart(of handle: OpaquePointer) throws(KeyError) -> OpaquePointer {
        let copy: OpaquePointer? = OpenSSLErrors.contained {
            MemoryBIO().withHandle { text in
                guard PEM_write_bio_PUBKEY(text, handle) == 1 else { return nil }
                return PEM_read_bio_PUBKEY(text, nil, nil, nil)
            }
        }
        guard let copy else { throw .malformed }
        return copy
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension KeyParameters {
    fileprivate func set(_ primes: PrivateKey.RSAPrimes) {
        self.set(.firstPrime, number: primes.p)
        self.set(.secondPrime, number: primes.q)
        self.set(.firstExponent, number: primes.dp)
        self.set(.secondExponent, number: primes.dq)
        self.set(.coefficient, number: primes.qi)
    }
}
