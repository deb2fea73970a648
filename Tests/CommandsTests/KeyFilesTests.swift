import Bytes
import Cryptography
import Glibc
import JOSE
import Testing

@testable import Commands
@testable import Configuration

@Suite("A key pair on disk")
struct KeyFilesTests {
    @Test("is private, complete, and of one piece", arguments: SignatureAlgorithm.asymmetric)
    func generated(_ algorithm: SignatureAlgorithm) throws {
        try Self.inFolder { folder in
            let files = KeyFiles(prefix: folder + "/new")
            try files.generate(for: algorithm)
            var status = stat()
            #expect(stat(files.privateFile, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            let (secret, published) = try (Self.read(files.privateFile), Self.read(files.publicFile))
            let key = try SigningKey(parsing: secret.span, algorithm: algorithm)
            let set = try JSONWebKeySet(parsing: published.span)
            #expect(set.keys.map(\.thumbprint) == [key.published?.thumbprint])
            #expect(set.keys.first?.keyID == key.keyID)
            #expect(set.keys.first?.algorithm == algorithm)
        }
    }

    @Test("never takes the place of another file", arguments: [".key", ".jwks"])
    func exists(_ suffix: String) throws {
        try Self.inFolder { folder in
            let prefix = folder + "/new"
            close(open(prefix + suffix, O_WRONLY | O_CREAT, 0o600))
            #expect(throws: KeyFileError.exists(prefix + suffix)) {
                try KeyFiles(prefix: prefix).generate(for: .es256)
            }
            let other = suffix == ".key" ? ".jwks" : ".key"
            #expect(access(prefix + other, F_OK) != 0)
            let contents = try Self.read(prefix + suffix)
            #expect(contents.isEmpty)
        }
    }

    @Test("goes nowhere without its folder")
    func noFolder() {
        #expect(throws: KeyFileError.failed("/nowhere/at/all.key", ENOENT)) {
            try KeyFiles(prefix: "/nowhere/at/all").generate(for: .es256)
        }
    }

    @Test("is not made for a secret")
    func secret() {
        #expect(throws: KeyFileError.symmetric(.hs256)) { try KeyFiles(prefix: "/nowhere").generate(for: .hs256) }
    }

    @Test("has a sister of 32 bytes in base64 for sessions")
    func session() {
        let key = KeyFiles.sessionKey()
        #expect(key.utf8.count == 44)
        #expect(key != KeyFiles.sessionKey())
    }

    private static func read(_ file: String) throws -> [UInt8] { try Environment.process.read(file) }

    private static func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/gatehouse-keys-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } }
        let folder = try #require(made)
        defer {
            for suffix in [".key", ".jwks"] { unlink(folder + "/new" + suffix) }
            rmdir(folder)
        }
        try body(folder)
    }
}
