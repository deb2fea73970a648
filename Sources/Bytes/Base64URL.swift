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
        if missing > 0 { buffer.append(contentsOf: repeatElement(0, count: missing)) }
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

    /// Decodes what others wrote into `buffer`, which is emptied first: either alphabet of RFC 4648, with padding or without.
    /// False if it is no base64. Not for JOSE, whose texts have one form.
    public static func decode(eitherAlphabet text: Span<UInt8>, into buffer: inout [UInt8]) -> Bool {
        var end = text.count
        while end > 0, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        let letters = text.extracting(..<end)
        buffer.removeAll(keepingCapacity: true)
        let isWebLetters =
            letters.firstIndex(of: UInt8(ascii: "+")) == nil && letters.firstIndex(of: UInt8(ascii: "/")) == nil
        if isWebLetters { return self.decode(letters, into: &buffer) != nil }
        let translated = letters.array.map(self.webLetter)
        return self.decode(translated.span, into: &buffer) != nil
    }

    /// What others wrote, likewise; nil if it is no base64.
    public static func decode(eitherAlphabet text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        return self.decode(eitherAlphabet: text, into: &bytes) ? bytes : nil
    }

    /// Appends the letters that stand for `bytes`.
    public static func encode(_ bytes: Span<UInt8>, appendingTo text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: self.encodedByteCount(byteCount: bytes.count)))
        text.withUnsafeMutableBufferPointer { output in
            bytes.withUnsafeBufferPointer { self.encode($0, into: output.extracting(start...)) }
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
        self.letters.withUnsafeBufferPointer { letters in
            var read = 0
            var written = 0
            while read + 2 < bytes.count {
                let (first, second, third) = (bytes[read], bytes[read + 1], bytes[read + 2])
                output[written] = letters[Int(first >> 2)]
                output[written + 1] = letters[Int((first << 4 | second >> 4) & 0x3F)]
                output[written + 2] = letters[Int((second << 2 | third >> 6) & 0x3F)]
                output[written + 3] = letters[Int(third & 0x3F)]
                read += 3
                written += 4
            }
            guard read < bytes.count else { return }
            let second = read + 1 < bytes.count ? bytes[read + 1] : 0
            output[written] = letters[Int(bytes[read] >> 2)]
            output[written + 1] = letters[Int((bytes[read] << 4 | second >> 4) & 0x3F)]
            if read + 1 < bytes.count { output[written + 2] = letters[Int(second << 2 & 0x3F)] }
        }
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

    /// What each byte is worth; `notALetter` has a bit that no letter has.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: notALetter, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
    private static let notALetter: UInt8 = 0x80

    /// Four letters to three bytes without a branch: the values are gathered in `seen` and judged once, at the end.
    private static func decode(_ text: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>)
        -> Bool
    {
        self.values.withUnsafeBufferPointer { values in
            var seen: UInt8 = 0
            var read = 0
            var written = 0
            let end = text.count & ~3
            while read < end {
                let first = values[Int(text[read])]
                let second = values[Int(text[read + 1])]
                let third = values[Int(text[read + 2])]
                let fourth = values[Int(text[read + 3])]
                seen |= first | second | third | fourth
                output[written] = first << 2 | second >> 4
                output[written + 1] = second << 4 | third >> 2
                output[written + 2] = third << 6 | fourth
                read += 4
                written += 3
            }
            guard read < text.count else { return seen & notALetter == 0 }

            let first = values[Int(text[read])]
            let second = values[Int(text[read + 1])]
            seen |= first | second
            output[written] = first << 2 | second >> 4
            guard read + 2 < text.count else { return seen & notALetter == 0 && second & 0x0F == 0 }

            let third = values[Int(text[read + 2])]
            seen |= third
            output[written + 1] = second << 4 | third >> 2
            return seen & notALetter == 0 && third & 0x03 == 0
        }
    }
}
