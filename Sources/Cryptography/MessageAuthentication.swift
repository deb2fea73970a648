internal import Bytes
internal import COpenSSL

/// HMAC (RFC 2104) with one secret, prepared once and used again and again by one thread.
public final class MessageAuthentication {
    public let digest: Digest
    private let handle: OpaquePointer

    public init(secret: SecretKey, digest: Digest) {
        self.digest = digest
        self.handle = Self.context(secret: secret, digest: digest)
    }

    deinit { EVP_MAC_CTX_free(self.handle) }

    /// The code of `message`.
    public func code(for message: Span<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: self.digest.byteCount) { output, count in
            self.write(codeFor: message, into: output)
            count = self.digest.byteCount
        }
    }

    /// Whether `code` is the whole code of `message`, compared in constant time.
    public func verifies(_ code: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        guard code.count == self.digest.byteCount else { return false }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Digest.maximumByteCount) { output in
            self.write(codeFor: message, into: output)
            return ConstantTime.areEqual(output.span.extracting(first: code.count), code)
        }
    }

    // MARK: - Private details

    private func write(codeFor message: Span<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        var written = 0
        let succeeded = OpenSSLErrors.contained {
            message.withUnsafeBufferPointer { message in
                // Without a key the one given first is used again.
                EVP_MAC_init(self.handle, nil, 0, nil) == 1
                    && EVP_MAC_update(self.handle, message.baseAddress, message.count) == 1
                    && EVP_MAC_final(self.handle, output.baseAddress, &written, output.count) == 1
            }
        }
        precondition(succeeded && written == self.digest.byteCount, "HMAC in memory does not fail")
    }

    private static func context(secret: SecretKey, digest: Digest) -> OpaquePointer {
        let handle: OpaquePointer? = OpenSSLErrors.contained {
            let algorithm = EVP_MAC_fetch(nil, "HMAC", nil)
            defer { EVP_MAC_free(algorithm) }
            guard let handle = EVP_MAC_CTX_new(algorithm) else { return nil }
            let parameters = KeyParameters()
            parameters.set(.digest, digest.name)
            let isReady = parameters.build { EVP_MAC_init(handle, secret.bytes, secret.bytes.count, $0) == 1 }
            guard isReady else {
                EVP_MAC_CTX_free(handle)
                return nil
            }
            return handle
        }
        guard let handle else { preconditionFailure("OpenSSL has no HMAC") }
        return handle
    }
}
