internal import Bytes
internal import COpenSSL

/// A hash function of the SHA-2 family (FIPS 180-4).
public enum Digest: Sendable {
    case sha256
    case sha384
    case sha512

    /// The bytes of a hash.
    public var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The bytes of the longest hash.
    static let maximumByteCount = 64

    /// The hash of `message`. Prepares a context each time; a hot path keeps a `DigestContext`.
    public func hash(_ message: Span<UInt8>) -> [UInt8] {
        DigestContext(self).hash(message)
    }

    /// OpenSSL's name for it.
    var name: StaticString {
        switch self {
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        case .sha512: "SHA512"
        }
    }

    /// OpenSSL's implementation. It is looked up once: by name on each use it would cost more than a short message.
    var implementation: OpaquePointer {
        switch self {
        case .sha256: Self.fetchedSHA256.handle
        case .sha384: Self.fetchedSHA384.handle
        case .sha512: Self.fetchedSHA512.handle
        }
    }

    private static let fetchedSHA256 = FetchedDigest(.sha256)
    private static let fetchedSHA384 = FetchedDigest(.sha384)
    private static let fetchedSHA512 = FetchedDigest(.sha512)
}

/// An `EVP_MD`, kept until the process ends.
private final class FetchedDigest: @unchecked Sendable {
    // Sendable: an EVP_MD does not change after it was fetched.
    let handle: OpaquePointer

    init(_ digest: Digest) {
        guard let handle = EVP_MD_fetch(nil, "\(digest.name)", nil) else {
            preconditionFailure("OpenSSL has no \(digest.name)")
        }
        self.handle = handle
    }

    deinit { EVP_MD_free(self.handle) }
}

/// A prepared hash, used again and again by one thread.
public final class DigestContext {
    public let digest: Digest
    private let handle: OpaquePointer
    private let implementation: OpaquePointer

    public init(_ digest: Digest) {
        guard let handle = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest") }
        self.digest = digest
        self.handle = handle
        self.implementation = digest.implementation
    }

    deinit { EVP_MD_CTX_free(self.handle) }

    /// The hash of `message`.
    public func hash(_ message: Span<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: self.digest.byteCount) { output, count in
            self.hash(message, into: output)
            count = self.digest.byteCount
        }
    }

    /// Whether `expected` is the hash of `message`, in a time that does not depend on where they differ. Nothing is allocated.
    public func isHash(_ expected: [UInt8], of message: Span<UInt8>) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: self.digest.byteCount) { output in
            self.hash(message, into: output)
            return ConstantTime.areEqual(output.span, expected.span)
        }
    }

    /// Writes the hash of `message` into `output`, which has room for it.
    func hash(_ message: Span<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        precondition(output.count >= self.digest.byteCount, "a hash needs all its bytes")
        let succeeded = OpenSSLErrors.contained {
            message.withUnsafeBufferPointer { message in
                EVP_DigestInit_ex2(self.handle, self.implementation, nil) == 1
                    && EVP_DigestUpdate(self.handle, message.baseAddress, message.count) == 1
                    && EVP_DigestFinal_ex(self.handle, output.baseAddress, nil) == 1
            }
        }
        precondition(succeeded, "hashing in memory does not fail")
    }
}
