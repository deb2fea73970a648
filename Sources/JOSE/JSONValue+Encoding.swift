internal import Bytes

extension JSONValue {
    /// The value as compact JSON text in UTF-8.
    public func encoded() -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(Self.usualByteCount)
        self.encode(appendingTo: &text)
        return text
    }

    /// The value as compact JSON text.
    public var jsonText: String {
        String(decoding: self.encoded(), as: UTF8.self)
    }

    /// Appends the value as compact JSON text in UTF-8.
    public func encode(appendingTo text: inout [UInt8]) {
        switch self {
        case .null: text.append(contentsOf: "null".utf8)
        case .bool(let truth): text.append(contentsOf: (truth ? "true" : "false").utf8)
        case .integer(let number): text.append(contentsOf: number.description.utf8)
        // JSON has no word for infinity; nothing that was read is infinite.
        case .real(let number): text.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
        case .string(let string): Self.encode(string, appendingTo: &text)
        case .array(let elements): Self.encode(elements, appendingTo: &text)
        case .object(let members): Self.encode(members, appendingTo: &text)
        }
    }

    // MARK: - Private details

    /// What most claims fit in.
    private static let usualByteCount = 512

    private static func encode(_ elements: [JSONValue], appendingTo text: inout [UInt8]) {
        text.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            element.encode(appendingTo: &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    private static func encode(_ members: [JSONMember], appendingTo text: inout [UInt8]) {
        text.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            self.encode(member.name, appendingTo: &text)
            text.append(UInt8(ascii: ":"))
            member.value.encode(appendingTo: &text)
        }
        text.append(UInt8(ascii: "}"))
    }

    /// RFC 8259, section 7: the quotation mark, the reverse solidus and control characters must be escaped.
    static func encode(_ string: String, appendingTo text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        let bytes = string.utf8Span.span
        if bytes.firstEscapedInJSON(from: 0) == bytes.count {
            // Nearly every text: it is copied whole.
            text.append(contentsOf: string.utf8)
        } else {
            for byte in string.utf8 { self.encode(byte, appendingTo: &text) }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func encode(_ byte: UInt8, appendingTo text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            text.append(UInt8(ascii: "\\"))
            text.append(byte)
        case 0..<0x20:
            text.append(contentsOf: "\\u00".utf8)
            text.append(contentsOf: Hex.encode([byte]).utf8)
        default:
            text.append(byte)
        }
    }
}
