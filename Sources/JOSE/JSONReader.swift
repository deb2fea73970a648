internal import Bytes

/// Reads one JSON text (RFC 8259, as narrow as RFC 7493), from left to right, each byte once.
struct JSONReader: ~Escapable {
    private let text: Span<UInt8>
    private var position = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) {
        self.text = text
    }

    /// The value, if it is the whole of the text.
    mutating func read() throws(JSONError) -> JSONValue {
        let value = try self.value(depth: 0)
        self.skipWhiteSpace()
        guard self.position == self.text.count else { throw self.malformed }
        return value
    }

    // MARK: - Values

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        self.skipWhiteSpace()
        switch self.peek {
        case UInt8(ascii: "{"): return .object(try self.object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try self.array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: return try self.number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> [JSONMember] {
        guard depth <= JSONValue.maximumDepth else { throw .tooDeep }
        var members: [JSONMember] = []
        var names = MemberNames()
        self.position += 1
        self.skipWhiteSpace()
        guard !self.consume(UInt8(ascii: "}")) else { return members }
        repeat {
            self.skipWhiteSpace()
            guard self.peek == UInt8(ascii: "\"") else { throw self.malformed }
            let name = try self.string()
            guard names.insert(name, into: members) else { throw .duplicateMember }
            self.skipWhiteSpace()
            guard self.consume(UInt8(ascii: ":")) else { throw self.malformed }
            members.append(JSONMember(name: name, value: try self.value(depth: depth)))
            self.skipWhiteSpace()
        } while self.consume(UInt8(ascii: ","))
        guard self.consume(UInt8(ascii: "}")) else { throw self.malformed }
        return members
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= JSONValue.maximumDepth else { throw .tooDeep }
        var elements: [JSONValue] = []
        self.position += 1
        self.skipWhiteSpace()
        guard !self.consume(UInt8(ascii: "]")) else { return elements }
        repeat {
            elements.append(try self.value(depth: depth))
            self.skipWhiteSpace()
        } while self.consume(UInt8(ascii: ","))
        guard self.consume(UInt8(ascii: "]")) else { throw self.malformed }
        return elements
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = self.position + word.utf8CodeUnitCount
        guard end <= self.text.count, self.text.extracting(self.position..<end).equals(word) else { throw self.malformed }
        self.position = end
        return value
    }

    // MARK: - Numbers

    /// RFC 8259, section 6. An integer that 64 bits do not hold, and a number that is infinite as a double, are refused.
    private mutating func number() throws(JSONError) -> JSONValue {
        let start = self.position
        let isNegative = self.consume(UInt8(ascii: "-"))
        let digits = self.position
        // Collected below zero, where there is one integer more than above.
        var value: Int64 = 0
        var isTooLarge = false
        while let byte = self.peek, byte.isDigit {
            let (product, first) = value.multipliedReportingOverflow(by: 10)
            let (difference, second) = product.subtractingReportingOverflow(Int64(byte & 0x0F))
            value = difference
            isTooLarge = isTooLarge || first || second
            self.position += 1
        }
        // No number begins with a zero but zero itself.
        let count = self.position - digits
        guard count > 0, count == 1 || self.text[digits] != UInt8(ascii: "0") else { throw self.malformed }

        switch self.peek {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return try self.real(from: start)
        default: break
        }
        guard !isTooLarge, isNegative || value > .min else { throw self.malformed }
        return .integer(isNegative ? value : -value)
    }

    /// The number that began at `start`, of which the integer part has been read.
    private mutating func real(from start: Int) throws(JSONError) -> JSONValue {
        if self.consume(UInt8(ascii: ".")) { try self.skipDigits() }
        if self.consume(UInt8(ascii: "e")) || self.consume(UInt8(ascii: "E")) {
            if !self.consume(UInt8(ascii: "-")) { _ = self.consume(UInt8(ascii: "+")) }
            try self.skipDigits()
        }
        guard let value = Double(self.text.extracting(start..<self.position).string), value.isFinite else {
            throw self.malformed
        }
        return .real(value)
    }

    /// At least one digit.
    private mutating func skipDigits() throws(JSONError) {
        guard let first = self.peek, first.isDigit else { throw self.malformed }
        while let byte = self.peek, byte.isDigit { self.position += 1 }
    }

    // MARK: - Bytes

    private var malformed: JSONError { .malformed(offset: self.position) }

    private var peek: UInt8? {
        self.position < self.text.count ? self.text[self.position] : nil
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard self.peek == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func skipWhiteSpace() {
        while let byte = self.peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.position += 1 }
    }

    /// The text between two quotation marks; the first one has been seen. Without escapes it is copied in one piece.
    private mutating func string() throws(JSONError) -> String {
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
}

extension JSONReader {
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
