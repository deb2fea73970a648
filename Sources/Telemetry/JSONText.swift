public import Bytes

/// JSON strings written straight from bytes: clean runs are copied whole, only what must be escaped is looked at.
public enum JSONText {
    /// Appends `bytes` as a quoted JSON string. UTF-8 passes; what is no UTF-8 becomes `\ufffd`.
    @inlinable
    public static func append(_ bytes: Span<UInt8>, to buffer: inout ByteBuffer) {
        buffer.append(0x22)
        let clean = Self.cleanPrefix(bytes, from: 0)
        if clean == bytes.count {
            buffer.append(bytes)
        } else {
            Self.appendEscaping(bytes, cleanPrefix: clean, to: &buffer)
        }
        buffer.append(0x22)
    }

    /// For paths that are not hot.
    public static func append(_ text: String, to buffer: inout ByteBuffer) {
        Self.append(Array(text.utf8).span, to: &buffer)
    }

    /// Where the run of bytes that stand for themselves ends: printable ASCII but quote and backslash.
    @inlinable
    static func cleanPrefix(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = bytes.bytes
        while index + 8 <= bytes.count {
            let word = raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            if Self.needsEscape(word) { break }
            index += 8
        }
        while index < bytes.count && Self.isClean(bytes[index]) { index += 1 }
        return index
    }

    @inlinable
    static func isClean(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5c
    }

    /// Whether one of the eight bytes is a control, a quote, a backslash or above 0x7F.
    @inlinable
    static func needsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        // A subtraction borrows first at a byte that must be escaped, so a clean word is never called unclean.
        let controls = word &- (ones &* 0x20)
        return (word | controls | (quote &- ones) | (backslash &- ones)) & tops != 0
    }
}

// MARK: - What must be escaped

extension JSONText {
    @usableFromInline
    static func appendEscaping(_ bytes: Span<UInt8>, cleanPrefix: Int, to buffer: inout ByteBuffer) {
        var index = cleanPrefix
        buffer.append(bytes.extracting(0..<index))
        while index < bytes.count {
            index += Self.appendOne(bytes, at: index, to: &buffer)
            let end = Self.cleanPrefix(bytes, from: index)
            buffer.append(bytes.extracting(index..<end))
            index = end
        }
    }

    /// Appends the character at `index` and returns how many bytes it took.
    private static func appendOne(_ bytes: Span<UInt8>, at index: Int, to buffer: inout ByteBuffer) -> Int {
        let byte = bytes[index]
        if byte < 0x80 {
            Self.appendASCII(byte, to: &buffer)
            return 1
        }
        let length = Self.sequenceLength(bytes, at: index)
        guard length > 0 else {
            buffer.append("\\ufffd")
            return 1
        }
        buffer.append(bytes.extracting(index..<index + length))
        return length
    }

    private static func appendASCII(_ byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case 0x22: buffer.append("\\\"")
        case 0x5c: buffer.append("\\\\")
        case 0x0a: buffer.append("\\n")
        case 0x0d: buffer.append("\\r")
        case 0x09: buffer.append("\\t")
        case 0x00..<0x20:
            buffer.append("\\u")
            buffer.append(hexadecimal: UInt64(byte), digits: 4)
        default: buffer.append(byte)
        }
    }

    /// The length of the well-formed UTF-8 sequence at `index` (RFC 3629 4), or 0.
    private static func sequenceLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let first = bytes[index]
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0xc2...0xdf: (2, 0x80...0xbf)
            case 0xe0: (3, 0xa0...0xbf)
            case 0xed: (3, 0x80...0x9f)
            case 0xe1...0xef: (3, 0x80...0xbf)
            case 0xf0: (4, 0x90...0xbf)
            case 0xf4: (4, 0x80...0x8f)
            case 0xf1...0xf3: (4, 0x80...0xbf)
            default: (0, 0...0)
            }
        guard length > 0, index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        for offset in 2..<max(length, 2) where bytes[index + offset] & 0xc0 != 0x80 { return 0 }
        return length
    }
}
