import Bytes
import Testing

@Suite("Eight bytes at once")
struct SWARTests {
    /// Words in which each byte value stands at each place beside the values that carries could come from.
    private static let words: [UInt64] = (0...255).flatMap { value in
        [0x00, 0x7F, 0x80, 0xFF, 0x20, 0x61].flatMap { (other: UInt8) in
            (0..<8).map { place in
                let hole = UInt64(0xFF) << UInt64(8 * place)
                return (.repeating(other) & ~hole) | (UInt64(value) << UInt64(8 * place))
            }
        }
    }

    /// The mask that asking each byte alone gives.
    private func mask(_ word: UInt64, _ question: (UInt8) -> Bool) -> UInt64 {
        var mask: UInt64 = 0
        for place in 0..<8 where question(UInt8(truncatingIfNeeded: word >> UInt64(8 * place))) {
            mask |= 0x80 << UInt64(8 * place)
        }
        return mask
    }

    @Test("answers as each byte alone would")
    func masks() {
        for word in Self.words {
            #expect(word.bytesEqual(to: 0x61) == self.mask(word) { $0 == 0x61 })
            #expect(word.bytesEqual(to: 0x7F) == self.mask(word) { $0 == 0x7F })
            #expect(word.bytesBelow(0x20) == self.mask(word) { $0 < 0x20 })
            #expect(word.bytesBelow(0x21) == self.mask(word) { $0 < 0x21 })
            #expect(word.letterBytes == self.mask(word) { $0.isLetter })
        }
    }

    @Test("loads words from any place")
    func loads() {
        let bytes = Array(UInt8(1)...12)
        let first = bytes.span.word(at: 0)
        #expect(first == 0x0807_0605_0403_0201)
        let last = bytes.span.word(at: 4)
        #expect(last == 0x0C0B_0A09_0807_0605)
        let half = bytes.span.halfWord(at: 8)
        #expect(half == 0x0C0B_0A09)
        #expect(UInt64(0x0080_0000).firstByteIndex == 2)
    }
}
