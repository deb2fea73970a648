import Testing

@testable import Bytes

@Suite("Finding bytes")
struct ScanTests {
    @Test("finds each byte that JSON escapes, and no other, wherever it stands", arguments: [0, 3, 7, 8, 15, 16, 20])
    func jsonEscapes(_ place: Int) {
        for byte in UInt8.min...UInt8.max {
            var text = [UInt8](repeating: UInt8(ascii: "a"), count: 21)
            text[place] = byte
            let isEscaped = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            #expect(text.span.firstEscapedInJSON(from: 0) == (isEscaped ? place : text.count), "\(byte)")
        }
    }
}
