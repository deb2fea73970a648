internal import Bytes
package import Cryptography
internal import Glibc
internal import JOSE

/// `PREFIX.key` and `PREFIX.jwks`: a fresh key pair on disk.
package struct KeyFiles {
    /// The private key, PKCS #8 PEM.
    package let privateFile: String
    /// The public key as a JSON Web Key Set.
    package let publicFile: String

    package init(prefix: String) {
        self.privateFile = prefix + ".key"
        self.publicFile = prefix + ".jwks"
    }

    /// Makes a key for `algorithm` and writes both files; neither exists afterwards if one cannot be written.
    package func generate(for algorithm: SignatureAlgorithm) throws(KeyFileError) {
        guard !algorithm.isSymmetric else { throw .symmetric(algorithm) }
        // Both names must be free before the one is taken.
        for file in [self.privateFile, self.publicFile] where access(file, F_OK) == 0 { throw .exists(file) }
        let (secret, published) = Self.pair(for: algorithm)
        try Self.create(self.privateFile, mode: 0o600, secret)
        do {
            try Self.create(self.publicFile, mode: 0o644, published)
        } catch {
            unlink(self.privateFile)
            throw error
        }
    }

    /// 32 random bytes in base64: a key that seals session cookies.
    package static func sessionKey() -> String {
        var text = Base64URL.encode(Randomness.bytes(count: 32)).utf8.map { byte in
            byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }
        text.append(UInt8(ascii: "="))
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: - Private details

    private static func pair(for algorithm: SignatureAlgorithm) -> (secret: [UInt8], published: [UInt8]) {
        do {
            let key = try PrivateKey(generatingFor: algorithm)
            let signing = try SigningKey(key, algorithm: algorithm)
            guard let published = signing.published else { preconditionFailure("an asymmetric key has a public part") }
            return (key.pem(), JSONWebKeySet(keys: [published]).json.encoded() + [UInt8(ascii: "\n")])
        } catch {
            preconditionFailure("a fresh key is good: \(error)")
        }
    }

    private static func create(_ file: String, mode: mode_t, _ contents: [UInt8]) throws(KeyFileError) {
        // O_EXCL: never somebody else's file, also not through a link.
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw errno == EEXIST ? .exists(file) : .failed(file, errno) }
        defer { close(descriptor) }
        // A few hundred bytes: a disk that takes less of them than all is full.
        let count = write(descriptor, contents, contents.count)
        guard count == contents.count else {
            let code = count < 0 ? errno : ENOSPC
            unlink(file)
            throw .failed(file, code)
        }
    }
}

/// Why a key pair was not written.
package enum KeyFileError: Error, Equatable {
    case exists(String)
    /// The file, and `errno`.
    case failed(String, Int32)
    /// A secret has no public part.
    case symmetric(SignatureAlgorithm)
}

extension KeyFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exists(let file): "\(file) is there already, and keys are never overwritten"
        case .failed(let file, let code): "\(file) cannot be written: \(String(cString: strerror(code)))"
        case .symmetric(let algorithm):
            "\(algorithm.rawValue) has no key pair; make a secret: `openssl rand -base64 32`"
        }
    }
}
