internal import Bytes

/// Reads one JSON text (RFC 8259, as narrow as RFC 7493), from left to right, each byte once.
struct JSONReader: ~Escapable {
    let text: Span<UInt8>
    var position = 0

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
        // The claims of a token: room for the usual dozen at once.
        if depth == 1 { members.reserveCapacity(16) }
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
        guard end <= self.text.count, self.text.extracting(self.position..<end).equals(word) else {
            throw self.malformed
        }
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

    var malformed: JSONError { .malformed(offset: self.position) }

    var peek: UInt8? {
        self.position < self.text.count ? self.text[self.position] : nil
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard self.peek == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func skipWhiteSpace() {
        while let byte = self.peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.position += 1 }
    }
}
