import HTTP
import Testing

@Suite("Request heads that are refused")
struct RequestHeadRefusalTests {
    @Test(
        "gives one verdict however the bytes are cut",
        arguments: requestLineRows + targetRows + fieldLineRows + hostRows
    )
    func grammar(_ row: RequestRow) {
        #expect(readAtEveryCut(bytes(row.input), row.limits).0 == row.expected)
    }

    @Test("refuses every framing that two readers could take differently", arguments: framingRows + smugglingRows)
    func framing(_ row: RequestRow) {
        #expect(readAtEveryCut(bytes(row.input), row.limits).0 == row.expected)
    }

    @Test("refuses each control byte in a value but HTAB", arguments: Array(0...0x20) + [0x7F, 0x80, 0xFF])
    func valueByte(_ byte: Int) {
        let input = bytes("GET / HTTP/1.1\r\nHost: a\r\nX: b\(Unicode.Scalar(byte)!)c\r\n\r\n")
        let expected: HeadParseResult =
            switch byte {
            case 0x09, 0x20, 0x80, 0xFF: .complete
            case 0x0A: .failed(.bareLF)
            case 0x0D: .failed(.bareCR)
            default: .failed(.controlByte)
            }
        #expect(readAtEveryCut(input).0 == expected)
    }

    @Test("takes exactly the bytes of a token in a name and in a method", arguments: 0...255)
    func tokenByte(_ byte: Int) {
        let allowed = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        let character = Unicode.Scalar(UInt8(byte))
        let isAllowed = allowed.unicodeScalars.contains(character)
        let name = readAtEveryCut(bytes("GET / HTTP/1.1\r\nHost: a\r\nabcdefg\(character)hijklmnop: b\r\n\r\n")).0
        #expect((name == .complete) == (isAllowed || character == ":"))
        let method = readAtEveryCut(bytes("AB\(character)C / HTTP/1.1\r\nHost: a\r\n\r\n")).0
        #expect((method == .complete) == isAllowed)
        #expect(UInt8(byte).isTokenCharacter == isAllowed)
    }
}
