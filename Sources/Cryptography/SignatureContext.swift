internal import COpenSSL

/// A key made ready for one algorithm, so that a signature costs nothing but the signature.
///
/// OpenSSL would otherwise look up the algorithm, copy the key's provider data and set the padding for each one: 1.6 to
/// 2.8 microseconds. Used by one thread.
final class SignatureContext {
    enum Purpose {
        case signing
        case verifying
    }

    /// RSA and ECDSA work on a hash; `handle` is an `EVP_PKEY_CTX`.
    let handle: OpaquePointer
    private let digest: DigestContext

    /// `key` is only read. Throws `algorithmDoesNotFit`.
    init(key: OpaquePointer, algorithm: SignatureAlgorithm, purpose: Purpose) throws(KeyError) {
        // A copy of its own: threads that share an RSA key would meet at the lock of its precomputed numbers.
        let own = EVP_PKEY_dup(key)
        defer { EVP_PKEY_free(own) }
        guard let handle = EVP_PKEY_CTX_new_from_pkey(nil, own, nil) else { throw .algorithmDoesNotFit(algorithm) }
        self.handle = handle
        self.digest = DigestContext(algorithm.digest)
        let isReady = OpenSSLErrors.contained { Self.prepare(handle, algorithm: algorithm, purpose: purpose) }
        guard isReady else { throw .algorithmDoesNotFit(algorithm) }
    }

    deinit { EVP_PKEY_CTX_free(self.handle) }

    /// Hands the hash of `message` to `body`.
    func withHash<Result>(of message: Span<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Digest.maximumByteCount) { output in
            self.digest.hash(message, into: output)
            return body(UnsafeBufferPointer(rebasing: output.prefix(self.digest.digest.byteCount)))
        }
    }

    private static func prepare(_ handle: OpaquePointer, algorithm: SignatureAlgorithm, purpose: Purpose) -> Bool {
        let isInitialised =
            switch purpose {
            case .signing: EVP_PKEY_sign_init(handle) == 1
            case .verifying: EVP_PKEY_verify_init(handle) == 1
            }
        let digest = algorithm.digest.implementation
        guard isInitialised, EVP_PKEY_CTX_set_signature_md(handle, digest) == 1 else { return false }
        guard algorithm.keyFamily == .rsa else { return true }
        guard algorithm.usesPSS else { return EVP_PKEY_CTX_set_rsa_padding(handle, RSA_PKCS1_PADDING) == 1 }
        // RFC 7518, section 3.5: the mask uses the same hash, and the salt is as long as it.
        return EVP_PKEY_CTX_set_rsa_padding(handle, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_mgf1_md(handle, digest) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(handle, RSA_PSS_SALTLEN_DIGEST) == 1
    }
}

/// An Ed25519 key made ready. It signs the message itself, so `handle` is an `EVP_MD_CTX`.
final class EdwardsContext {
    let handle: OpaquePointer

    init(key: OpaquePointer, purpose: SignatureContext.Purpose) throws(KeyError) {
        guard let handle = EVP_MD_CTX_new() else { preconditionFailure("no memory for a signature") }
        self.handle = handle
        let isReady = OpenSSLErrors.contained {
            switch purpose {
            case .signing: EVP_DigestSignInit(handle, nil, nil, nil, key) == 1
            case .verifying: EVP_DigestVerifyInit(handle, nil, nil, nil, key) == 1
            }
        }
        guard isReady else { throw .algorithmDoesNotFit(.edDSA) }
    }

    deinit { EVP_MD_CTX_free(self.handle) }
}
