import Bytes
import Testing

@Suite("base64url")
struct Base64URLTests {
    @Test(
        "encodes and decodes the examples of RFC 4648, section 10, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func examples(_ plain: String, _ encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test("decodes what it encodes, for each length and each byte")
    func roundTrip() {
        var bytes: [UInt8] = []
        for byte in UInt8.min...UInt8.max {
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            bytes.append(byte)
        }
    }

    @Test("uses - and _ where base64 uses + and /")
    func alphabet() {
        #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
        #expect(Base64URL.decode("-_-_") == [0xFB, 0xFF, 0xBF])
    }

    @Test(
        "J3: refuses padding, white space, the other alphabet and impossible lengths",
        arguments: [
            "Zg==", "Zg=", "Zm8=", "=", "Z", "Zm9vY", "Zm9 v", "Zm9v\n", "\nZm9v", "+/+/", "Zm.v", "Zm9vé", "Zm9v\0",
        ]
    )
    func refused(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("J3: refuses bits that no byte uses", arguments: ["Zh", "Zv", "Zm9", "Zm-", "AB", "AAB"])
    func trailingBits(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
        #expect(Base64URL.decode(String(repeating: "Zm9v", count: 9) + text) == nil)
    }

    @Test("J3: refuses each byte that is no letter, in each place")
    func eachByte() {
        let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for byte in UInt8.min...UInt8.max {
            for place in 0..<28 {
                var text = [UInt8](repeating: UInt8(ascii: "A"), count: 28)
                text[place] = byte
                let decoded = Base64URL.decode(text.span)
                #expect((decoded != nil) == letters.contains(byte))
            }
        }
    }

    private func decode(_ text: String, into buffer: inout [UInt8], at offset: Int) -> Int? {
        Base64URL.decode(text.utf8Span.span, into: &buffer, at: offset)
    }

    @Test("writes into a buffer that is kept, behind what is there")
    func buffer() {
        var buffer: [UInt8] = [1, 2]
        #expect(decode("Zm9v", into: &buffer, at: 2) == 3)
        #expect(buffer == [1, 2] + Array("foo".utf8))
        #expect(decode("Zg", into: &buffer, at: 0) == 1)
        #expect(buffer == [0x66, 2] + Array("foo".utf8))
    }

    @Test("writes over nothing behind what it decodes", arguments: 0..<40)
    func boundary(_ byteCount: Int) {
        let text = Base64URL.encode([UInt8](repeating: 0xA5, count: byteCount))
        var buffer = [UInt8](repeating: 0xEE, count: byteCount + 2)
        #expect(decode(text, into: &buffer, at: 2) == byteCount)
        #expect(buffer == [0xEE, 0xEE] + [UInt8](repeating: 0xA5, count: byteCount))
    }

    @Test("appends letters behind what is there")
    func appending() {
        var text = Array("a.".utf8)
        Base64URL.encode(Array("foobar".utf8).span, appendingTo: &text)
        #expect(text == Array("a.Zm9vYmFy".utf8))
    }
}
