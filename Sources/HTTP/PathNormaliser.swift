public import Bytes

/// Gives a path its one meaning: the form that is matched, and forwarded.
///
/// In this order: unreserved escapes are decoded (RFC 3986 6.2.2.2), runs of `/` become one, dot segments are removed
/// (RFC 3986 5.2.4; `..` at the root stays at the root). What two readers could take for different things is refused.
public enum PathNormaliser {
    /// Appends the normal form to `output`, unless the path already has it or is refused: then nothing is written.
    @inlinable
    public static func normalise(
        path: Span<UInt8>,
        allowEncodedSlash: Bool,
        into output: inout ByteBuffer
    ) -> PathVerdict {
        if let traits = Self.traitsOfPlain(path) { return .unchanged(traits) }
        return Self.normaliseSlowly(path, allowEncodedSlash: allowEncodedSlash, into: &output)
    }

    @usableFromInline
    static func normaliseSlowly(
        _ path: Span<UInt8>,
        allowEncodedSlash: Bool,
        into output: inout ByteBuffer
    ) -> PathVerdict {
        if let refusal = Self.refusal(of: path, allowEncodedSlash: allowEncodedSlash) { return .refused(refusal) }
        let mark = output.count
        Self.write(path, into: &output)
        let traits = Self.traits(of: output.span.extracting(mark..<output.count))
        guard output.span.extracting(mark..<output.count).equals(path) else { return .changed(traits) }
        output.removeLast(path.count)
        return .unchanged(traits)
    }

    /// What a path contains that is in normal form, or nil if it may not be: it has escapes, `//`, a segment that
    /// starts with a dot, or a byte that is refused.
    @usableFromInline
    static func traitsOfPlain(_ path: Span<UInt8>) -> PathTraits? {
        guard path.count > 0 && path[0] == UInt8(ascii: "/") else { return nil }
        var semicolons: UInt64 = 0
        // The place behind a slash, carried from word to word in the lowest byte.
        var behindSlash: UInt64 = 0
        var index = 0
        while index <= path.count - 8 {
            guard Self.isPlain(path.word(at: index), &behindSlash, &semicolons) else { return nil }
            index += 8
        }
        guard Self.isPlain(path.paddedWord(at: index), &behindSlash, &semicolons) else { return nil }
        return semicolons == 0 ? [] : .parameters
    }

    /// Whether eight bytes are plain, given what stood before them.
    @inline(__always)
    private static func isPlain(_ word: UInt64, _ behindSlash: inout UInt64, _ semicolons: inout UInt64) -> Bool {
        let slashes = word.bytesEqual(to: UInt8(ascii: "/"))
        let dots = word.bytesEqual(to: UInt8(ascii: "."))
        let followers = slashes << 8 | behindSlash
        let special =
            word.bytesEqual(to: UInt8(ascii: "%")) | word.bytesEqual(to: UInt8(ascii: "#"))
            | word.bytesEqual(to: UInt8(ascii: "\\"))
        let outside = word.bytesBelow(0x21) | word.bytesEqual(to: 0x7F) | word & .everyByte
        behindSlash = slashes >> 56
        semicolons |= word.bytesEqual(to: UInt8(ascii: ";"))
        return special | outside | (followers & (slashes | dots)) == 0
    }

    private static func traits(of path: Span<UInt8>) -> PathTraits {
        var traits: PathTraits = []
        for index in 0..<path.count {
            if path[index] == UInt8(ascii: ";") { traits.insert(.parameters) }
            guard path[index] == UInt8(ascii: "%") else { continue }
            traits.insert(.escapes)
            if path.escape(at: index) == UInt8(ascii: "/") { traits.insert(.encodedSlash) }
        }
        return traits
    }
}

// MARK: - Refusing

extension PathNormaliser {
    /// The first thing in the path that is not allowed.
    private static func refusal(of path: Span<UInt8>, allowEncodedSlash: Bool) -> PathRefusal? {
        // RFC 9110 4.2.3: an empty path means the same as `/`.
        guard path.isEmpty || path[0] == UInt8(ascii: "/") else { return .notAbsolute }
        for index in 0..<path.count {
            switch path[index] {
            case 0...0x20, 0x7F: return .control
            case 0x80...: return .nonASCII
            case UInt8(ascii: "\\"): return .rawBackslash
            case UInt8(ascii: "#"): return .rawHash
            case UInt8(ascii: "%"):
                if let refusal = Self.refusal(ofEscape: path.escape(at: index), allowEncodedSlash) { return refusal }
            default: break
            }
        }
        return nil
    }

    private static func refusal(ofEscape byte: UInt8?, _ allowEncodedSlash: Bool) -> PathRefusal? {
        guard let byte else { return .brokenEscape }
        return switch byte {
        case 0..<0x20, 0x7F: .encodedControl
        case UInt8(ascii: "\\"): .encodedBackslash
        case UInt8(ascii: "/"): allowEncodedSlash ? nil : .encodedSlash
        default: nil
        }
    }
}
