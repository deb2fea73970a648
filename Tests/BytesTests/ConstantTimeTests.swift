import Bytes
import Testing

@Suite("Constant time and exact text")
struct ConstantTimeTests {
    @Test("tells equal from unequal, wherever the difference is")
    func equality() {
        let bytes = [UInt8](0..<64)
        #expect(ConstantTime.areEqual(bytes, bytes))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!ConstantTime.areEqual(bytes, other))
        }
        #expect(!ConstantTime.areEqual(bytes, bytes.dropLast()))
        #expect(ConstantTime.areEqual([UInt8](), []))
    }

    @Test(
        "texts that Unicode calls equivalent are not the same bytes",
        arguments: [("\u{212A}", "K"), ("é", "e\u{301}")]
    )
    func exactText(_ one: String, _ other: String) {
        #expect(one == other)
        #expect(!one.hasSameBytes(as: other))
        #expect(one.hasSameBytes(as: one))
    }
}
