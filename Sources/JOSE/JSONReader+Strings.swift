internal import Bytes

// MARK: - Strings (RFC 8259, section 7)

extension JSONReader {
    /// The text between two quotation marks; the first one has been seen. Without escapes it is copied in one piece.
    mutating func string() throws(JSONError) -> String {
        self.position += 1
        let start = self.position
        while self.position < self.text.count {
            let byte = self.text[self.position]
            if byte == UInt8(ascii: "\"") {
                let text = try self.utf8(self.text.extracting(start..<self.position))
                self.position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try self.escapedString(from: start) }
            guard byte >= 0x20 else { throw self.malformed }
            self.position += 1
        }
        throw self.malformed
    }

    private func utf8(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        guard let text = try? UTF8Span(validating: bytes) else { throw self.malformed }
        return String(copying: text)
    }

    // MARK: - Private details

    /// The text that began at `start` and has a first escape at the reader's place.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var bytes = self.text.extracting(start..<self.position).array
        while let byte = self.peek {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try self.utf8(bytes.span)
                self.position += 1
                return text
            case UInt8(ascii: "\\"):
                self.position += 1
                try self.escape(appendingTo: &bytes)
            case 0x20...:
                bytes.append(byte)
                self.position += 1
            default:
                throw self.malformed
            }
        }
        throw self.malformed
    }

    /// What stands behind a reverse solidus (RFC 8259, section 7).
    private mutating func escape(appendingTo bytes: inout [UInt8]) throws(JSONError) {
        guard let byte = self.peek else { throw self.malformed }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): bytes.append(contentsOf: String(try self.scalar()).utf8)
        default: throw self.malformed
        }
    }

    /// The scalar of four digits, or of two surrogates that belong together. U+0000 is refused: for somebody else a text
    /// would end there.
    private mutating func scalar() throws(JSONError) -> Character {
        var value = UInt32(try self.fourDigits())
        if 0xD800..<0xDC00 ~= value {
            guard self.consume(UInt8(ascii: "\\")), self.consume(UInt8(ascii: "u")) else { throw self.malformed }
            let low = UInt32(try self.fourDigits())
            guard 0xDC00..<0xE000 ~= low else { throw self.malformed }
            value = 0x1_0000 + ((value & 0x3FF) << 10) + (low & 0x3FF)
        }
        guard value != 0, let scalar = Unicode.Scalar(value) else { throw self.malformed }
        return Character(scalar)
    }

    private mutating func fourDigits() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = self.peek?.hexadecimalValue else { throw self.malformed }
            value = value << 4 | UInt16(digit)
            self.position += 1
        }
        return value
    }
}
