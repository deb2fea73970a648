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
        let sealed: [UInt8]? = OpenSSLErrors.contained {
            guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("no memory for a cipher") }
            // Erases the schedule of the key, too.
            defer { EVP_CIPHER_CTX_free(context) }
            var text = [UInt8](repeating: 0, count: plaintext.count)
            var tag = [UInt8](repeating: 0, count: Self.tagByteCount)
            var count: Int32 = 0
            guard EVP_EncryptInit_ex2(context, Self.cipher.handle, self.key, self.nonce, nil) == 1,
                Self.feed(associatedData, to: context, EVP_EncryptUpdate),
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
        var text = ByteBuffer()
        let opening = AES256GCMOpening(key: self.key)
        guard opening.open(sealed, nonce: self.nonce.span, associatedData: associatedData, appendingTo: &text) else {
            return nil
        }
        return text.span.array
    }

    // MARK: - Private details

    fileprivate typealias Update = (
        OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int32>?, UnsafePointer<UInt8>?, Int32
    ) -> Int32

    fileprivate static let cipher = FetchedCipher("AES-256-GCM")

    /// Without an output the bytes are authenticated only.
    fileprivate static func feed(
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

/// The same with a key made ready to open, again and again by one thread: the schedule of the key, and the context itself,
/// cost as much as half a kilobyte of text.
final class AES256GCMOpening {
    private let context: OpaquePointer

    init(key: [UInt8]) {
        precondition(key.count == AES256GCM.keyByteCount, "AES-256 has a key of 32 bytes")
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("no memory for a cipher") }
        let isReady = OpenSSLErrors.contained {
            EVP_DecryptInit_ex2(context, AES256GCM.cipher.handle, key, nil, nil) == 1
        }
        precondition(isReady, "a key of the right length is taken")
        self.context = context
    }

    // Erases the schedule of the key, too.
    deinit { EVP_CIPHER_CTX_free(self.context) }

    /// Appends the plaintext to `text`. False, and nothing is appended, unless the tag at the end is that of the ciphertext, the
    /// associated data, nonce and key.
    func open(
        _ sealed: Span<UInt8>,
        nonce: Span<UInt8>,
        associatedData: Span<UInt8>,
        appendingTo text: inout ByteBuffer
    ) -> Bool {
        precondition(nonce.count == AES256GCM.nonceByteCount, "the nonce has 96 bits (SP 800-38D, section 5.2.1.1)")
        guard sealed.count >= AES256GCM.tagByteCount else { return false }
        let ciphertext = sealed.extracting(..<(sealed.count - AES256GCM.tagByteCount))
        let tag = sealed.extracting(ciphertext.count...)
        var isGenuine = false
        _ = text.fill(room: ciphertext.count) { output in
            isGenuine = OpenSSLErrors.contained {
                self.start(nonce, associatedData) && self.decrypt(ciphertext, into: output) && self.end(tag)
            }
            guard !isGenuine else { return ciphertext.count }
            // What nobody has vouched for is shown to nobody.
            OPENSSL_cleanse(output.baseAddress, ciphertext.count)
            return 0
        }
        return isGenuine
    }

    private func start(_ nonce: Span<UInt8>, _ associatedData: Span<UInt8>) -> Bool {
        nonce.withUnsafeBufferPointer { EVP_DecryptInit_ex2(self.context, nil, nil, $0.baseAddress, nil) } == 1
            && AES256GCM.feed(associatedData, to: self.context, EVP_DecryptUpdate)
    }

    private func decrypt(_ ciphertext: Span<UInt8>, into output: UnsafeMutableRawBufferPointer) -> Bool {
        let output = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return AES256GCM.feed(ciphertext, to: self.context, into: output, EVP_DecryptUpdate)
    }

    /// OpenSSL compares the tags in constant time.
    private func end(_ tag: Span<UInt8>) -> Bool {
        tag.withUnsafeBytes { tag in
            // The tag is only read, although the argument serves others that write.
            let bytes = UnsafeMutableRawPointer(mutating: tag.baseAddress)
            guard EVP_CIPHER_CTX_ctrl(self.context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), bytes) == 1 else {
                return false
            }
            var count: Int32 = 0
            // This mode has nothing left to write.
            return EVP_DecryptFinal_ex(self.context, nil, &count) == 1
        }
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
