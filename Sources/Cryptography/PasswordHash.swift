internal import Bytes
internal import CCrypt

/// A password as it is kept: bcrypt or yescrypt, in the text form of crypt(5). It prints as `<redacted>`.
///
/// Making and verifying take tens to hundreds of milliseconds of a processor and, for yescrypt, megabytes of memory: a
/// thread for it, never a loop. Any number of threads may do so at once.
public struct PasswordHash: Sendable {
    /// How a new password is kept.
    public enum Scheme: Sendable {
        /// Cost 5, the library's default: 16 MiB, about 35 ms. Memory is what an attacker's hardware lacks.
        case yescrypt
        /// Cost 12: 2^12 rounds, 4 KiB, about 400 ms. For who must share hashes with others.
        case bcrypt

        /// In bytes.
        public var maximumPasswordByteCount: Int {
            switch self {
            case .yescrypt: PasswordHash.maximumPasswordByteCount
            case .bcrypt: PasswordHash.maximumBcryptByteCount
            }
        }
    }

    /// libxcrypt takes no more (`CRYPT_MAX_PASSPHRASE_SIZE`, without its NUL).
    public static let maximumPasswordByteCount = Int(CRYPT_MAX_PASSPHRASE_SIZE) - 1
    /// bcrypt does not look at more, and two passwords that differ after that would be one.
    public static let maximumBcryptByteCount = 72

    /// The hash, as `$2b$…` or `$y$…`. Who has it can try passwords: it belongs in the store and in no log.
    public let text: String
    let form: PasswordHashForm

    /// Of bcrypt, the exponent of its rounds; nil for yescrypt.
    public var bcryptCost: Int? {
        // `$2b$12$…`: the form has been looked at.
        self.form == .bcrypt ? Int(self.text.dropFirst(4).prefix(2)) : nil
    }

    /// Throws `unknownForm` or `tooCostly`. DES, MD5, SHA-crypt and whatever else crypt(5) knows are unknown here.
    public init(_ text: String) throws(PasswordHashError) {
        self.form = try PasswordHashForm(text)
        self.text = text
    }

    /// Hashes a new password with fresh salt. Throws `containsNUL` or `tooLong`.
    public init(hashing password: String, scheme: Scheme = .yescrypt) throws(PasswordHashError) {
        let bytes = Array(password.utf8)
        guard !bytes.contains(0) else { throw .containsNUL }
        let limit = scheme.maximumPasswordByteCount
        guard bytes.count <= limit else { throw .tooLong(maximum: limit) }
        guard let text = Crypt.hash(bytes, setting: Crypt.freshSetting(scheme)) else {
            preconditionFailure("libxcrypt knows yescrypt and bcrypt")
        }
        try self.init(text)
    }

    /// A hash that no password has and that costs as much to verify as `other`: for users who do not exist, so that the
    /// time of an answer does not tell them from others.
    public init(dummyLike other: PasswordHash) {
        // The checksum is all zeros, which a password hits with a probability of 2^-184.
        let checksum = String(repeating: ".", count: other.form.checksumByteCount)
        self.text = other.text.dropLast(other.form.checksumByteCount) + checksum
        self.form = other.form
    }

    /// Whether this is the hash of `password`, compared in constant time.
    ///
    /// A password that can have no hash of this form, or of any, costs as much as any other, and is wrong.
    public func verifies(_ password: String) -> Bool {
        let bytes = Array(password.utf8)
        let isWhole = !bytes.contains(0) && bytes.count <= self.form.maximumPasswordByteCount
        let tried = bytes.prefix { $0 != 0 }.prefix(self.form.maximumPasswordByteCount)
        guard let hash = Crypt.hash(Array(tried), setting: self.text) else { return false }
        return ConstantTime.areEqual(hash.utf8Span.span, self.text.utf8Span.span) && isWhole
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// libxcrypt's calls that may be made by several threads at once.
private enum Crypt {
    /// Nil if the library refuses the setting, or has no memory for it.
    static func hash(_ password: [UInt8], setting: String) -> String? {
        var phrase = password + [0]
        defer { phrase.withUnsafeMutableBytes { OpenSSLMemory.erase($0) } }
        let size = MemoryLayout<crypt_data>.size
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer {
            OpenSSLMemory.erase(memory)
            memory.deallocate()
        }
        // crypt.h: the memory should be zero before its first use.
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        return phrase.withUnsafeBytes { phrase in
            crypt_rn(phrase.baseAddress?.assumingMemoryBound(to: CChar.self), setting, memory.baseAddress, Int32(size))
                .map { String(cString: $0) }
        }
    }

    /// Prefix, cost and fresh salt.
    static func freshSetting(_ scheme: PasswordHash.Scheme) -> String {
        let (prefix, cost): (String, UInt) =
            switch scheme {
            case .yescrypt: ("$y$", 5)
            case .bcrypt: ("$2b$", 12)
            }
        // What bcrypt takes, and more than two users will ever share.
        var salt = Randomness.bytes(count: 16)
        var output = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        let made = salt.withUnsafeMutableBytes { salt in
            crypt_gensalt_rn(
                prefix,
                cost,
                salt.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(salt.count),
                &output,
                Int32(output.count)
            )
        }
        guard made != nil else { preconditionFailure("libxcrypt knows yescrypt and bcrypt") }
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
