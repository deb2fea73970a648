import Bytes

/// Checks the lines of a trailer section (RFC 9112 7.1.2) as their bytes come, by the rules for header fields.
struct TrailerGrammar: Sendable {
    private enum Part: UInt8 {
        case nameStart, name, value, lf
    }

    private var part = Part.nameStart
    private var remainingBytes: Int
    private var remainingLines: Int

    init(limits: HeadLimits) {
        self.remainingBytes = limits.headerBytes
        self.remainingLines = limits.headerCount
    }

    /// Reads up to the end of the line or of the input; true when it was the line's.
    mutating func readLine(_ bytes: Span<UInt8>, _ position: inout Int) throws(HTTPParseError) -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            guard self.remainingBytes > 0 else { throw .headerBytesTooLarge }
            let isLineEnd = self.part == .lf
            self.part = try self.partBehind(byte)
            self.remainingBytes -= 1
            position += 1
            if isLineEnd { return true }
        }
        return false
    }

    private mutating func partBehind(_ byte: UInt8) throws(HTTPParseError) -> Part {
        switch self.part {
        case .nameStart:
            guard self.remainingLines > 0 else { throw .headerCountTooLarge }
            self.remainingLines -= 1
            guard byte.isTokenCharacter else { throw HTTPParseError(inName: byte, isFirst: true) }
            return .name
        case .name:
            if byte == UInt8(ascii: ":") { return .value }
            guard byte.isTokenCharacter else { throw HTTPParseError(inName: byte, isFirst: false) }
            return .name
        case .value:
            if byte == .cr { return .lf }
            guard !byte.isForbiddenInValue else { throw byte == .lf ? .bareLF : .controlByte }
            return .value
        case .lf:
            guard byte == .lf else { throw .bareCR }
            return .nameStart
        }
    }
}

extension HTTPParseError {
    /// What is wrong with a byte that may not stand in a field name.
    init(inName byte: UInt8, isFirst: Bool) {
        self =
            switch byte {
            case .lf: .bareLF
            // RFC 9112 5.2: a line that starts with white space continues the one before, and nobody may send that.
            case .space, .tab: isFirst ? .obsFold : .spaceBeforeColon
            case .cr: .badName
            case 0..<0x20, 0x7F: .controlByte
            default: .badName
            }
    }
}
