import Bytes
import Testing

@Suite("Hexadecimal digits")
struct HexTests {
    @Test("encodes in lower case and decodes either")
    func roundTrip() {
        #expect(Hex.encode([0x00, 0x7F, 0xAB, 0xFF]) == "007fabff")
        #expect(Hex.decode("007fAbFF") == [0x00, 0x7F, 0xAB, 0xFF])
        #expect(Hex.decode("") == [])
    }

    @Test("refuses half a byte and what is no digit", arguments: ["0", "0g", "0x", " 0", "00 "])
    func refused(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
