internal import Bytes
internal import Cryptography

/// The code that a device shows and its person types (RFC 8628, section 6.1): eight letters of which none is a vowel or
/// looks like another, so that it is no word and is read aloud without errors.
///
/// That is 34 bits: one guess hits one of a thousand devices that wait with a probability of 2^-24, and the lockout allows
/// few.
struct UserCode: Sendable, Equatable {
    static let letterCount = 8
    static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)

    /// In upper case, without a hyphen.
    private let letters: [UInt8]

    /// A fresh one.
    init() {
        // Bytes from 240 on would make the first letters of the alphabet likelier than the others.
        let limit = 256 / Self.alphabet.count * Self.alphabet.count
        var letters: [UInt8] = []
        while letters.count < Self.letterCount {
            let bytes = Randomness.bytes(count: 2 * Self.letterCount).filter { Int($0) < limit }
            letters += bytes.map { Self.alphabet[Int($0) % Self.alphabet.count] }
        }
        self.letters = Array(letters.prefix(Self.letterCount))
    }

    /// What somebody typed, in any case, with or without hyphens and spaces. Nil for what can be no code.
    init?(typed text: String) {
        guard text.utf8.count <= Self.maximumTypedByteCount else { return nil }
        let letters = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
            .map { $0.isLetter ? $0 & ~0x20 : $0 }
        guard letters.count == Self.letterCount, letters.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        self.letters = letters
    }

    /// As the device shows it: `WDJB-MJHT`.
    var shown: String {
        let half = Self.letterCount / 2
        return String(decoding: self.letters[..<half] + [UInt8(ascii: "-")] + self.letters[half...], as: UTF8.self)
    }

    /// What the store keeps of it.
    var digest: SecretDigest { SecretDigest(of: String(decoding: self.letters, as: UTF8.self)) }

    /// A letter, a hyphen and a letter again, with spaces: enough for whatever a keyboard adds.
    private static let maximumTypedByteCount = 32
}
