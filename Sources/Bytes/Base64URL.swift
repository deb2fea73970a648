/// base64url without padding, as JOSE writes it (RFC 4648 section 5, RFC 7515 section 2).
///
/// Decoding is strict: one text for each value. Padding, line breaks, letters of the other alphabet and unused bits that
/// are not zero are refused, so that a token cannot be respelt without its bytes changing.
public enum Base64URL {
    /// How many bytes `textByteCount` letters stand for; nil if no text has that length.
    public static func decodedByteCount(textByteCount: Int) -> Int? {
        textByteCount & 3 == 1 ? nil : textByteCount / 4 * 3 + max(0, (textByteCount & 3) - 1)
    }

    /// How many letters stand for `byteCount` bytes.
    public static func encodedByteCount(byteCount: Int) -> Int {
        (byteCount * 4 + 2) / 3
    }

    /// Decodes into `buffer` from `offset` on and returns how many bytes it wrote; nil if the text is not base64url.
    ///
    /// The buffer grows when it is too small and never shrinks: one that is kept costs no allocation.
    public static func decode(_ text: Span<UInt8>, into buffer: inout [UInt8], at offset: Int = 0) -> Int? {
        guard let byteCount = self.decodedByteCount(textByteCount: text.count) else { return nil }
        let missing = offset + byteCount - buffer.count
        if missing > 0 { buffer += [UInt8](repeating: 0, count: missing) }
        let isValid = buffer.withUnsafeMutableBufferPointer { output in
            text.withUnsafeBufferPointer { self.decode($0, into: output.extracting(offset...)) }
        }
        return isValid ? byteCount : nil
    }

    /// The bytes that `text` stands for; nil if it is not base64url.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        return self.decode(text, into: &bytes) == nil ? nil : bytes
    }

    /// The bytes that `text` stands for; nil if it is not base64url.
    public static func decode(_ text: String) -> [UInt8]? {
        self.decode(text.utf8Span.span)
    }

    /// Decodes what others wrote in place of what `buffer` held: either alphabet of RFC 4648, with padding or without. False if
    /// it is no base64. Not for JOSE, whose texts have one form.
    public static func decode(eitherAlphabet text: Span<UInt8>, into buffer: inout [UInt8]) -> Bool {
        var end = text.count
        while end > 0, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        let letters = text.extracting(..<end)
        let isWebLetters =
            letters.firstIndex(of: UInt8(ascii: "+")) == nil && letters.firstIndex(of: UInt8(ascii: "/")) == nil
        let translated = isWebLetters ? [] : letters.array.map(self.webLetter)
        let count = isWebLetters ? self.decode(letters, into: &buffer) : self.decode(translated.span, into: &buffer)
        guard let count else { return false }
        buffer.removeLast(buffer.count - count)
        return true
    }

    /// What others wrote, likewise; nil if it is no base64.
    public static func decode(eitherAlphabet text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        return self.decode(eitherAlphabet: text, into: &bytes) ? bytes : nil
    }

    /// Appends the letters that stand for `bytes`.
    public static func encode(_ bytes: Span<UInt8>, appendingTo text: inout [UInt8]) {
        let count = self.encodedByteCount(byteCount: bytes.count)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { output in
            bytes.withUnsafeBufferPointer { self.encode($0, into: output) }
            text.append(contentsOf: output)
        }
    }

    /// The letters that stand for `bytes`.
    public static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        self.encode(bytes, appendingTo: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The letters that stand for `bytes`.
    public static func encode(_ bytes: [UInt8]) -> String {
        self.encode(bytes.span)
    }

    // MARK: - Private details

    /// Three bytes to four letters. `output` has room for them.
    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress.map({ UnsafeRawPointer($0) }),
            let target = output.baseAddress.map({ UnsafeMutableRawPointer($0) })
        else { return }
        self.letters.withUnsafeBufferPointer { letters in
            var read = 0
            var written = 0
            // Four bytes are read, of which three count.
            while read + 4 <= bytes.count {
                let four = UInt32(bigEndian: source.loadUnaligned(fromByteOffset: read, as: UInt32.self))
                let text = self.fourLetters(four >> 8, letters)
                target.storeBytes(of: text.littleEndian, toByteOffset: written, as: UInt32.self)
                read &+= 3
                written &+= 4
            }
            if read + 3 == bytes.count {
                let three = UInt32(bytes[read]) << 16 | UInt32(bytes[read + 1]) << 8 | UInt32(bytes[read + 2])
                let text = self.fourLetters(three, letters)
                target.storeBytes(of: text.littleEndian, toByteOffset: written, as: UInt32.self)
                return
            }
            guard read < bytes.count else { return }
            let second = read + 1 < bytes.count ? bytes[read + 1] : 0
            output[written] = letters[Int(bytes[read] >> 2)]
            output[written + 1] = letters[Int((bytes[read] << 4 | second >> 4) & 0x3F)]
            if read + 1 < bytes.count { output[written + 2] = letters[Int(second << 2 & 0x3F)] }
        }
    }

    /// The letters of three bytes, the first letter lowest.
    @inline(__always)
    private static func fourLetters(_ three: UInt32, _ letters: UnsafeBufferPointer<UInt8>) -> UInt32 {
        UInt32(letters[Int(three >> 18)]) | UInt32(letters[Int(three >> 12 & 0x3F)]) << 8
            | UInt32(letters[Int(three >> 6 & 0x3F)]) << 16 | UInt32(letters[Int(three & 0x3F)]) << 24
    }

    /// Base64's letter as base64url has it (RFC 4648, sections 4 and 5).
    private static func webLetter(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: letter
        }
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// What each letter adds to the three bytes that four letters stand for, the first byte lowest: a table for each of the
    /// four places. What is no letter adds `notALetter`, which is beyond the three bytes.
    private static let parts: [UInt32] = {
        var parts = [UInt32](repeating: notALetter, count: 4 * 256)
        for place in 0..<4 {
            for (value, letter) in letters.enumerated() {
                parts[place * 256 + Int(letter)] = (UInt32(value) << UInt32(18 - 6 * place)).byteSwapped >> 8
            }
        }
        return parts
    }()
    private static let notALetter: UInt32 = 0x8000_0000

    /// Four letters to three bytes without a branch, and two times four in each turn: what was found is gathered in `seen`
    /// and judged once, at the end.
    private static func decode(_ text: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>)
        -> Bool
    {
        guard let letters = text.baseAddress.map({ UnsafeRawPointer($0) }),
            let bytes = output.baseAddress.map({ UnsafeMutableRawPointer($0) })
        else { return text.isEmpty }
        return self.parts.withUnsafeBufferPointer { parts in
            var seen: UInt32 = 0
            var read = 0
            var written = 0
            // Eight bytes are stored, of which six count: the next turn writes over the others.
            while read + 8 <= text.count && written + 8 <= output.count {
                let eight = UInt64(littleEndian: letters.loadUnaligned(fromByteOffset: read, as: UInt64.self))
                let first = self.threeBytes(UInt32(truncatingIfNeeded: eight), parts)
                let second = self.threeBytes(UInt32(truncatingIfNeeded: eight >> 32), parts)
                seen |= first | second
                let six = UInt64(first) | UInt64(second) << 24
                bytes.storeBytes(of: six.littleEndian, toByteOffset: written, as: UInt64.self)
                read += 8
                written += 6
            }
            while read + 4 <= text.count {
                let four = UInt32(littleEndian: letters.loadUnaligned(fromByteOffset: read, as: UInt32.self))
                let three = self.threeBytes(four, parts)
                seen |= three
                for place in 0..<3 { output[written + place] = UInt8(truncatingIfNeeded: three >> UInt32(8 * place)) }
                read += 4
                written += 3
            }
            guard read < text.count else { return seen & self.notALetter == 0 }
            var last = parts[Int(text[read])] | parts[256 + Int(text[read + 1])]
            if read + 2 < text.count { last |= parts[512 + Int(text[read + 2])] }
            while read + 1 < text.count {
                output[written] = UInt8(truncatingIfNeeded: last)
                last >>= 8
                read += 1
                written += 1
            }
            // What is left are the bits that no byte uses.
            return seen & self.notALetter == 0 && last == 0
        }
    }

    /// What four letters stand for, the first letter lowest.
    @inline(__always)
    private static func threeBytes(_ four: UInt32, _ parts: UnsafeBufferPointer<UInt32>) -> UInt32 {
        parts[Int(four & 0xFF)] | parts[256 + Int(four >> 8 & 0xFF)] | parts[512 + Int(four >> 16 & 0xFF)]
            | parts[768 + Int(four >> 24)]
    }
}
