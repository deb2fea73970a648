import Cryptography
import Glibc
import Testing

@testable import AuthorizationServer

@Suite("Files with sealing keys")
struct SealFileTests {
    private let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    @Test("are made for their owner alone, in a directory that is made too, and read again")
    func makes() throws {
        let path = self.directory.path + "/data/seal.key"
        let box = Self.seal([1, 2, 3], try SealFile.ring([path], isForNewStore: true))
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(Self.open(box, try SealFile.ring([path], isForNewStore: true)) == [1, 2, 3])
    }

    @Test("open what an older one sealed")
    func rotation() throws {
        let (old, new) = (self.directory.path + "/old", self.directory.path + "/new")
        let box = Self.seal([7], try SealFile.ring([old], isForNewStore: true))
        let ring = try SealFile.ring([new, old], isForNewStore: false)
        #expect(Self.open(box, ring) == [7])
    }

    @Test("are refused when others may read them, or when they hold no key")
    func refuses() throws {
        let path = self.directory.path + "/seal.key"
        #expect(throws: SealFile.Fault.missing(path: path)) { try SealFile.ring([path], isForNewStore: false) }
        _ = try SealFile.ring([path], isForNewStore: true)
        chmod(path, 0o640)
        #expect(throws: SealFile.Fault.exposed(path: path)) { try SealFile.ring([path], isForNewStore: true) }
        let descriptor = Glibc.open(path, O_WRONLY | O_TRUNC)
        write(descriptor, "short\n", 6)
        close(descriptor)
        chmod(path, 0o600)
        #expect(throws: SealFile.Fault.malformed(path: path)) { try SealFile.ring([path], isForNewStore: true) }
    }

    @Test("are whole as soon as they have their name, and leave nothing beside them")
    func whole() async throws {
        for _ in 1...100 {
            let directory = try TemporaryDirectory()
            let path = directory.path + "/seal.key"
            // Who starts at the same time looks for the file without a pause.
            async let found = Task.detached {
                while access(path, F_OK) != 0 {}
                return try SealFile.ring([path], isForNewStore: true)
            }.value
            let box = Self.seal([9], try SealFile.ring([path], isForNewStore: true))
            #expect(Self.open(box, try await found) == [9])
            #expect(try directory.names == ["seal.key"])
        }
    }

    private static func seal(_ text: [UInt8], _ ring: SealingRing) -> [UInt8] {
        let nothing: [UInt8] = []
        return ring.seal(text.span, associatedData: nothing.span)
    }

    private static func open(_ box: [UInt8], _ ring: SealingRing) -> [UInt8]? {
        let nothing: [UInt8] = []
        return ring.open(box.span, associatedData: nothing.span)
    }
}
