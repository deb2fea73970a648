import Glibc
import Testing

@testable import Commands

@Suite("A password on standard input")
struct PasswordLineTests {
    /// A descriptor from which `bytes` can be read, and then nothing more.
    private static func reading<Result>(_ bytes: [UInt8], _ body: (Int32) throws -> Result) throws -> Result {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        return try body(ends[0])
    }

    @Test(
        "is one line, without its end",
        arguments: [
            ("word\n", "word"), ("word", "word"), (" a b \n", " a b "), ("\n", ""), ("ä\n", "ä"), ("word\r\n", "word"),
        ]
    )
    func line(_ input: String, _ password: String) throws {
        #expect(try Self.reading(Array(input.utf8)) { try PasswordLine.read(from: $0) } == password)
    }

    @Test("leaves the next line to others")
    func rest() throws {
        try Self.reading(Array("one\ntwo\n".utf8)) { descriptor in
            let lines = [try PasswordLine.read(from: descriptor), try PasswordLine.read(from: descriptor)]
            #expect(lines == ["one", "two"])
            #expect(throws: PasswordLine.Fault.nothing) { try PasswordLine.read(from: descriptor) }
        }
    }

    @Test("is as long as what can be hashed, and no longer")
    func length() throws {
        let longest = [UInt8](repeating: UInt8(ascii: "a"), count: 511)
        #expect(try Self.reading(longest) { try PasswordLine.read(from: $0) }.utf8.count == 511)
        #expect(throws: PasswordLine.Fault.tooLong) {
            try Self.reading(longest + longest) { try PasswordLine.read(from: $0) }
        }
    }

    @Test("is text")
    func text() {
        #expect(throws: PasswordLine.Fault.notText) { try Self.reading([0xFF]) { try PasswordLine.read(from: $0) } }
    }

    @Test("is not there when it cannot be read")
    func failed() {
        #expect(throws: PasswordLine.Fault.failed(EBADF)) { try PasswordLine.read(from: -1) }
    }
}
