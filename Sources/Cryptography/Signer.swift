internal import COpenSSL

/// A key and the one algorithm it signs with, ready to use. Each worker has its own.
public final class Signer {
    public let algorithm: SignatureAlgorithm
    private let method: Method

    private enum Method {
        case rsa(SignatureContext)
        case ecdsa(SignatureContext, EllipticCurve)
        case edwards(EdwardsContext)
        case mac(MessageAuthentication)
    }

    /// Longer than a signature of the longest RSA key.
    private static let maximumSignatureByteCount = PublicKey.maximumModulusBits / 8

    /// Throws `algorithmDoesNotFit` unless the key is of the algorithm's family and, for ES, on its curve.
    public init(key: PrivateKey, algorithm: SignatureAlgorithm) throws(KeyError) {
        guard key.publicKey.family == algorithm.keyFamily else { throw .algorithmDoesNotFit(algorithm) }
        self.algorithm = algorithm
        self.method = try key.withHandle { key throws(KeyError) in try Self.method(algorithm, key: key) }
    }

    /// Throws `algorithmDoesNotFit` unless the algorithm is HMAC.
    public init(secret: SecretKey, algorithm: SignatureAlgorithm) throws(KeyError) {
        guard algorithm.isSymmetric else { throw .algorithmDoesNotFit(algorithm) }
        self.algorithm = algorithm
        self.method = .mac(MessageAuthentication(secret: secret, digest: algorithm.digest))
    }

    /// The signature of `message` in its JOSE form. ECDSA nonces are OpenSSL's: random, hedged with key and message.
    public func sign(_ message: Span<UInt8>) -> [UInt8] {
        let signature: [UInt8]? = OpenSSLErrors.contained {
            switch self.method {
            case .rsa(let context): self.sign(message, context) { Array($0) }
            case .ecdsa(let context, let curve):
                self.sign(message, context) { ECDSASignature.raw(ofDER: $0, curve: curve) }
            case .edwards(let context): self.sign(message, context)
            case .mac(let authentication): authentication.code(for: message)
            }
        }
        guard let signature else { preconditionFailure("a prepared key signs") }
        return signature
    }

    // MARK: - Private details

    private static func method(_ algorithm: SignatureAlgorithm, key: OpaquePointer) throws(KeyError) -> Method {
        switch algorithm.keyFamily {
        case .rsa: .rsa(try SignatureContext(key: key, algorithm: algorithm, purpose: .signing))
        case .ellipticCurve(let curve):
            .ecdsa(try SignatureContext(key: key, algorithm: algorithm, purpose: .signing), curve)
        case .ed25519: .edwards(try EdwardsContext(key: key, purpose: .signing))
        case .secret: throw .algorithmDoesNotFit(algorithm)
        }
    }

    private func sign(
        _ message: Span<UInt8>,
        _ context: SignatureContext,
        _ convert: (UnsafeBufferPointer<UInt8>) -> [UInt8]?
    ) -> [UInt8]? {
        context.withHash(of: message) { hash in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.maximumSignatureByteCount) { output in
                var count = output.count
                guard EVP_PKEY_sign(context.handle, output.baseAddress, &count, hash.baseAddress, hash.count) == 1
                else { return nil }
                return convert(UnsafeBufferPointer(rebasing: output.prefix(count)))
            }
        }
    }

    private func sign(_ message: Span<UInt8>, _ context: EdwardsContext) -> [UInt8]? {
        message.withUnsafeBufferPointer { message in
            var signature = [UInt8](repeating: 0, count: 64)
            var count = signature.count
            gh_EVP_MD_CTX_reopen(context.handle)
            let status = EVP_DigestSign(context.handle, &signature, &count, message.baseAddress, message.count)
            return status == 1 && count == 64 ? signature : nil
        }
    }
}
