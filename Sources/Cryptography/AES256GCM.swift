internal import Bytes
internal import COpenSSL

/// AES with a key of 256 bits in Galois/Counter Mode (NIST SP 800-38D), nonces of 96 bits and tags of 128.
struct AES256GCM {
    static let keyByteCount = 32
    static let nonceByteCount = 12
    static let tagByteCount = 16

    let key: [UInt8]
    let nonce: [UInt8]

    init(key: [UInt8], nonce: [UInt8]) {
        precondition(key.count == Self.keyByteCount, "AES-256 has a key of 32 bytes")
        precondition(nonce.count == Self.nonceByteCount, "the nonce has 96 bits (SP 800-38D, section 5.2.1.1)")
        self.key = key
        self.nonce = nonce
    }

    /// The ciphertext, and the tag after it.
    func seal(_ plaintext: Span<UInt8>, associatedData: Span<UInt8>) -> [UInt8] {
        let sealed: [UInt8]? = self.withContext(EVP_EncryptInit_ex2) { context in
            var text = [UInt8](repeating: 0, count: plaintext.count)
            var tag = [UInt8](repeating: 0, count: Self.tagByteCount)
            var count: Int32 = 0
            guard Self.feed(associatedData, to: context, EVP_EncryptUpdate),
                Self.feed(plaintext, to: context, into: &text, EVP_EncryptUpdate),
                EVP_EncryptFinal_ex(context, &tag, &count) == 1,
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
            else { return nil }
            return text + tag
        }
        guard let sealed else { preconditionFailure("sealing in memory does not fail") }
        return sealed
    }

    /// The plaintext; nil unless the tag at the end is that of the ciphertext, the associated data, nonce and key.
    func open(_ sealed: Span<UInt8>, associatedData: Span<UInt8>) -> [UInt8]? {
        guard sealed.count >= Self.tagByteCount else { return nil }
        let ciphertext = sealed.extracting(..<(sealed.count - Self.tagByteCount))
        var tag = sealed.extracting(ciphertext.count...).array
        return self.withContext(EVP_DecryptInit_ex2) { context in
            var isGenuine = false
            let text = [UInt8](unsafeUninitializedCapacity: ciphertext.count) { output, initialised in
                var count: Int32 = 0
                isGenuine =
                    Self.feed(associatedData, to: context, EVP_DecryptUpdate)
                    && Self.feed(ciphertext, to: context, into: output.baseAddress, EVP_DecryptUpdate)
                    && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
                    // Compares the tags in constant time. This mode has nothing left to write.
                    && EVP_DecryptFinal_ex(context, nil, &count) == 1
                initialised = isGenuine ? ciphertext.count : 0
            }
            return isGenuine ? text : nil
        }
    }

    // MARK: - Private details

    private typealias Start = (
        OpaquePointer?, OpaquePointer?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<OSSL_PARAM>?
    ) -> Int32
    private typealias Update = (
        OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int32>?, UnsafePointer<UInt8>?, Int32
    ) -> Int32

    private static let cipher = FetchedCipher("AES-256-GCM")

    private func withContext(_ start: Start, _ body: (OpaquePointer) -> [UInt8]?) -> [UInt8]? {
        OpenSSLErrors.contained {
            guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("no memory for a cipher") }
            // Erases the schedule of the key, too.
            defer { EVP_CIPHER_CTX_free(context) }
            guard start(context, Self.cipher.handle, self.key, self.nonce, nil) == 1 else { return nil }
            return body(context)
        }
    }

    /// Without an output the bytes are authenticated only.
    private static func feed(
        _ bytes: Span<UInt8>,
        to context: OpaquePointer,
        into output: UnsafeMutablePointer<UInt8>? = nil,
        _ update: Update
    ) -> Bool {
        // To OpenSSL an update without bytes and without an output is a mistake.
        guard !bytes.isEmpty else { return true }
        guard let byteCount = Int32(exactly: bytes.count) else { return false }
        var count: Int32 = 0
        return bytes.withUnsafeBufferPointer { update(context, output, &count, $0.baseAddress, byteCount) } == 1
            && count == byteCount
    }
}

/// An `EVP_CIPHER`, kept until the process ends.
private final class FetchedCipher: @unchecked Sendable {
    // Sendable: an EVP_CIPHER does not change after it was fetched.
    let handle: OpaquePointer

    init(_ name: StaticString) {
        guard let handle = EVP_CIPHER_fetch(nil, "\(name)", nil) else { preconditionFailure("OpenSSL has no \(name)") }
        self.handle = handle
    }

    deinit { EVP_CIPHER_free(self.handle) }
}
