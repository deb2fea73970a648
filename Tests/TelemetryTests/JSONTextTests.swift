import Bytes
import Telemetry
import Testing

@Suite("JSON text")
struct JSONTextTests {
    @Test(
        "escapes what RFC 8259 7 says must be, and nothing else",
        arguments: [
            ("", #""""#),
            ("/items/42", #""/items/42""#),
            ("a \"quoted\" word", #""a \"quoted\" word""#),
            (#"C:\dir"#, #""C:\\dir""#),
            ("line\nfeed\tand\rreturn", #""line\nfeed\tand\rreturn""#),
            ("nul\0bell\u{07}escape\u{1b}", #""nul\u0000bell\u0007escape\u001b""#),
            ("caf\u{e9} \u{20ac} \u{1f600}", "\"caf\u{e9} \u{20ac} \u{1f600}\""),
            ("exactly8", #""exactly8""#), ("exactly\"", #""exactly\"""#),
            ("1234567890123456\u{7f}", "\"1234567890123456\u{7f}\""),
        ]
    )
    func escapes(_ plain: String, _ expected: String) {
        #expect(text { JSONText.append(plain, to: &$0) } == expected)
    }

    @Test(
        "replaces bytes that are no UTF-8",
        arguments: [
            ([0x61, 0xff, 0x62], #""a\ufffdb""#),
            ([0xc0, 0xaf], #""\ufffd\ufffd""#),  // an overlong slash
            ([0xed, 0xa0, 0x80], #""\ufffd\ufffd\ufffd""#),  // a surrogate
            ([0xf5, 0x80], #""\ufffd\ufffd""#),
            ([0x61, 0xe2, 0x82], #""a\ufffd\ufffd""#),  // cut off
            ([0xc3], #""\ufffd""#),
            ([0xe2, 0x82, 0x22], #""\ufffd\ufffd\"""#),  // a quote that a broken sequence tries to swallow
        ] as [([UInt8], String)]
    )
    func invalidBytes(_ bytes: [UInt8], _ expected: String) {
        #expect(text { JSONText.append(bytes.span, to: &$0) } == expected)
    }

    @Test("finds a quote at every position of a word")
    func everyPosition() {
        for position in 0..<20 {
            var bytes = [UInt8](repeating: 0x61, count: 20)
            bytes[position] = 0x22
            let expected =
                String(repeating: "a", count: position) + #"\""# + String(repeating: "a", count: 19 - position)
            #expect(text { JSONText.append(bytes.span, to: &$0) } == "\"\(expected)\"")
        }
    }
}
