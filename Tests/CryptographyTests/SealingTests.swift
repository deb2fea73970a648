import Bytes
import Testing

@testable import Cryptography

@Suite("Sealing")
struct SealingTests {
    static let key = SealingKey([UInt8](repeating: 7, count: 32))!
    static let text = Array("a private key".utf8)
    static let row = Array("signing_keys/one".utf8)

    /// "The Galois/Counter Mode of Operation" (McGrew, Viega), appendix B, cases 13, 14 and 16, which NIST SP 800-38D
    /// refers to: key, nonce, plaintext, associated data, ciphertext with tag.
    static let vectors: [[String]] = [
        [
            String(repeating: "00", count: 32), "000000000000000000000000", "", "",
            "530f8afbc74536b9a963b4f1c4cb738b",
        ],
        [
            String(repeating: "00", count: 32), "000000000000000000000000", "00000000000000000000000000000000", "",
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
        ],
        [
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b",
        ],
    ]

    @Test("the cipher is the one of the specification, in both directions", arguments: vectors)
    func specification(_ vector: [String]) throws {
        let parts = vector.compactMap { Hex.decode($0) }
        try #require(parts.count == 5)
        let cipher = AES256GCM(key: parts[0], nonce: parts[1])
        let (text, data) = (parts[2], parts[3])
        let sealed = cipher.seal(text.span, associatedData: data.span)
        let opened = cipher.open(sealed.span, associatedData: data.span)
        #expect(Hex.encode(sealed) == vector[4])
        #expect(opened == text)
    }

    @Test("what is sealed is opened with the same associated data, and no box is like another")
    func roundTrip() {
        let box = Self.seal(Self.key)
        #expect(box.count == Self.text.count + SealingKey.overhead)
        #expect(Self.open(Self.key, box) == Self.text)
        #expect(box != Self.seal(Self.key))
        #expect(Self.open(Self.key, Self.seal(Self.key, [], row: []), row: []) == [])
    }

    @Test("other associated data, another key and every single changed bit are refused")
    func changes() {
        let box = Self.seal(Self.key)
        #expect(Self.open(Self.key, box, row: Array("signing_keys/two".utf8)) == nil)
        #expect(Self.open(.generate(), box) == nil)
        for bit in 0..<(box.count * 8) {
            var changed = box
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(Self.open(Self.key, changed) == nil, "bit \(bit)")
        }
    }

    @Test("a box that lacks bytes is refused, whatever is left")
    func truncation() {
        let box = Self.seal(Self.key)
        for count in 0..<box.count { #expect(Self.open(Self.key, Array(box.prefix(count))) == nil) }
        #expect(Self.open(Self.key, box + [0]) == nil)
    }

    @Test("an opener opens box after box of each key, and what it refuses leaves nothing behind")
    func opener() throws {
        let (old, new) = (SealingKey.generate(), SealingKey.generate())
        let opener = try #require(SealingRing([new, old])).opener(associatedData: Self.row)
        let boxes = [Self.seal(old), Self.seal(new), Self.seal(old, []), Self.seal(old)]
        var changed = boxes[0]
        changed[changed.count - 1] ^= 1
        let refused = [[], Self.seal(.generate()), Self.seal(new, row: []), changed, Array(boxes[1].dropLast())]
        var text = ByteBuffer()
        for (box, other) in zip(boxes + boxes, refused + refused) {
            let hasOpened = opener.open(box.span, appendingTo: &text)
            let hasOpenedOther = opener.open(other.span, appendingTo: &text)
            #expect(hasOpened && !hasOpenedOther)
        }
        // One of the four boxes is of no text.
        #expect(text.span.array == (0..<6).flatMap { _ in Self.text })
    }

    @Test("the first key of a ring seals, each opens")
    func ring() throws {
        let (old, new) = (SealingKey.generate(), SealingKey.generate())
        let ring = try #require(SealingRing([new, old]))
        let (text, row) = (Self.text, Self.row)
        let sealed = ring.seal(text.span, associatedData: row.span)
        #expect(Self.open(new, sealed) == Self.text)
        #expect(Self.open(old, sealed) == nil)
        let before = Self.seal(old)
        let (opened, refused) = (
            ring.open(before.span, associatedData: row.span),
            SealingRing(new).open(before.span, associatedData: row.span)
        )
        #expect(opened == text && refused == nil)
        #expect(SealingRing([]) == nil)
    }

    @Test("a key has 32 bytes and does not print")
    func keys() {
        #expect(SealingKey([UInt8](repeating: 1, count: 31)) == nil)
        #expect(SealingKey([UInt8](repeating: 1, count: 33)) == nil)
        #expect("\(Self.key)" == "<redacted>" && String(reflecting: Self.key) == "<redacted>")
        var dumped = ""
        dump(Self.key, to: &dumped)
        #expect(dumped == "- <redacted>\n")
    }

    private static func seal(_ key: SealingKey, _ text: [UInt8] = text, row: [UInt8] = row) -> [UInt8] {
        key.seal(text.span, associatedData: row.span)
    }

    private static func open(_ key: SealingKey, _ box: [UInt8], row: [UInt8] = row) -> [UInt8]? {
        key.open(box.span, associatedData: row.span)
    }
}
