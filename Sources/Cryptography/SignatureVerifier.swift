internal import COpenSSL

/// A key and the one algorithm it verifies with, ready to use. Each worker has its own.
public final class SignatureVerifier {
    public let algorithm: SignatureAlgorithm
    private let method: Method
    private let signatureByteCount: Int

    private enum Method {
        case rsa(SignatureContext)
        case ecdsa(SignatureContext)
        case edwards(EdwardsContext)
        case mac(MessageAuthentication)
    }

    /// Throws `algorithmDoesNotFit` unless the key is of the algorithm's family and, for ES, on its curve.
    public init(key: PublicKey, algorithm: SignatureAlgorithm) throws(KeyError) {
        guard key.family == algorithm.keyFamily else { throw .algorithmDoesNotFit(algorithm) }
        self.algorithm = algorithm
        self.signatureByteCount = key.signatureByteCount(algorithm)
        self.method = try key.withHandle { key throws(KeyError) in try Self.method(algorithm, key: key) }
    }

    /// Throws `algorithmDoesNotFit` unless the algorithm is HMAC, and `secretTooShort` for less than its hash
    /// (RFC 7518, section 3.2).
    public init(secret: SecretKey, algorithm: SignatureAlgorithm) throws(KeyError) {
        guard algorithm.isSymmetric else { throw .algorithmDoesNotFit(algorithm) }
        self.algorithm = algorithm
        self.signatureByteCount = algorithm.digest.byteCount
        self.method = .mac(MessageAuthentication(secret: secret, digest: algorithm.digest))
    }

    /// Whether `signature`, in its JOSE form, is that of `message`.
    public func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        // The length is fixed by the key; anything else never reaches the cryptography.
        guard signature.count == self.signatureByteCount else { return false }
        return switch self.method {
        case .rsa(let context): self.verifies(signature, of: message, context)
        case .ecdsa(let context): self.verifiesECDSA(signature, of: message, context)
        case .edwards(let context): self.verifies(signature, of: message, context)
        case .mac(let authentication): authentication.verifies(signature, of: message)
        }
    }

    // MARK: - Private details

    private static func method(_ algorithm: SignatureAlgorithm, key: OpaquePointer) throws(KeyError) -> Method {
        switch algorithm.keyFamily {
        case .rsa: .rsa(try SignatureContext(key: key, algorithm: algorithm, purpose: .verifying))
        case .ellipticCurve: .ecdsa(try SignatureContext(key: key, algorithm: algorithm, purpose: .verifying))
        case .ed25519: .edwards(try EdwardsContext(key: key, purpose: .verifying))
        case .secret: throw .algorithmDoesNotFit(algorithm)
        }
    }

    private func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>, _ context: SignatureContext) -> Bool {
        context.withHash(of: message) { hash in
            signature.withUnsafeBufferPointer { signature in
                OpenSSLErrors.contained {
                    EVP_PKEY_verify(
                        context.handle,
                        signature.baseAddress,
                        signature.count,
                        hash.baseAddress,
                        hash.count
                    ) == 1
                }
            }
        }
    }

    private func verifiesECDSA(_ signature: Span<UInt8>, of message: Span<UInt8>, _ context: SignatureContext) -> Bool {
        ECDSASignature.withDER(of: signature) { encoded in self.verifies(encoded, of: message, context) }
    }

    private func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>, _ context: EdwardsContext) -> Bool {
        signature.withUnsafeBufferPointer { signature in
            message.withUnsafeBufferPointer { message in
                OpenSSLErrors.contained {
                    gh_EVP_MD_CTX_reopen(context.handle)
                    return EVP_DigestVerify(
                        context.handle,
                        signature.baseAddress,
                        signature.count,
                        message.baseAddress,
                        message.count
                    ) == 1
                }
            }
        }
    }
}
