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

    @Test("finds a byte that is far away, and each other one", arguments: [0, 1, 7, 63, 64, 2000])
    func distant(_ place: Int) {
        var text = [UInt8](repeating: UInt8(ascii: "a"), count: 2001)
        for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: "a") {
            text[place] = byte
            #expect(text.span.firstDistantPlace(of: byte, from: 0) == place)
            #expect(text.span.firstDistantPlace(of: byte, from: place) == place)
            #expect(text.span.firstDistantPlace(of: byte, from: place + 1) == text.count)
            #expect(text.span.firstIndex(of: byte) == place)
        }
        #expect(text.span.firstIndex(of: UInt8(ascii: ";")) == nil)
        #expect(text.span.firstDistantPlace(of: UInt8(ascii: "a"), from: text.count) == text.count)
        #expect([UInt8]().span.firstIndex(of: 0) == nil)
    }
}
