import Bytes
import HTTP

/// The bytes of a text in which each character up to U+00FF stands for the byte of that number.
func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
}

/// The reverse of `bytes`.
func text(_ bytes: some Sequence<UInt8>) -> String {
    var result = String.UnicodeScalarView()
    for byte in bytes { result.append(Unicode.Scalar(byte)) }
    return String(result)
}

/// A reproducible source of random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One to `most` pieces of `alphabet`, one behind the other.
    mutating func phrase(of alphabet: [String], most: Int) -> String {
        (0..<Int.random(in: 1...most, using: &self)).map { _ in alphabet.randomElement(using: &self)! }.joined()
    }
}
