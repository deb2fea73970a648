import Cryptography
import Glibc
import Testing

@testable import AuthorizationServer

@Suite("Files with sealing keys")
struct SealFileTests {
    private static func directory() -> String {
        var template = Array("/tmp/gatehouse-seal-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    @Test("are made for their owner alone, in a directory that is made too, and read again")
    func makes() throws {
        let directory = Self.directory()
        defer { Self.remove(directory) }
        let path = directory + "/data/seal.key"
        let box = Self.seal([1, 2, 3], try SealFile.ring([path], isForNewStore: true))
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(Self.open(box, try SealFile.ring([path], isForNewStore: true)) == [1, 2, 3])
    }

    @Test("open what an older one sealed")
    func rotation() throws {
        let directory = Self.directory()
        defer { Self.remove(directory) }
        let (old, new) = (directory + "/old", directory + "/new")
        let box = Self.seal([7], try SealFile.ring([old], isForNewStore: true))
        let ring = try SealFile.ring([new, old], isForNewStore: false)
        #expect(Self.open(box, ring) == [7])
    }

    @Test("are refused when others may read them, or when they hold no key")
    func refuses() throws {
        let directory = Self.directory()
        defer { Self.remove(directory) }
        let path = directory + "/seal.key"
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
            let directory = Self.directory()
            defer { Self.remove(directory) }
            let path = directory + "/seal.key"
            // Who starts at the same time looks for the file without a pause.
            async let found = Task.detached {
                while access(path, F_OK) != 0 {}
                return try SealFile.ring([path], isForNewStore: true)
            }.value
            let box = Self.seal([9], try SealFile.ring([path], isForNewStore: true))
            #expect(Self.open(box, try await found) == [9])
            #expect(Self.names(in: directory) == ["seal.key"])
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func seal(_ text: [UInt8], _ ring: SealingRing) -> [UInt8] {
        let nothing: [UInt8] = []
        return ring.seal(text.span, associatedData: nothing.span)
    }

    private static func open(_ box: [UInt8], _ ring: SealingRing) -> [UInt8]? {
        let nothing: [UInt8] = []
        return ring.open(box.span, associatedData: nothing.span)
    }

    private static func remove(_ directory: String) {
        for name in ["/data/seal.key", "/seal.key", "/old", "/new"] { unlink(directory + name) }
        rmdir(directory + "/data")
        rmdir(directory)
    }
}
