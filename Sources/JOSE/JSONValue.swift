internal import Bytes

/// A JSON value (RFC 8259) as it was read at the trust boundary: no duplicate members, bounded depth and size.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Always finite.
    case real(Double)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
}

/// One member of an object, in the order of the text.
public struct JSONMember: Sendable, Equatable {
    public var name: String
    public var value: JSONValue

    public init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }

    public static func == (one: JSONMember, other: JSONMember) -> Bool {
        one.name.hasSameBytes(as: other.name) && one.value == other.value
    }
}

extension JSONValue {
    /// The member `name` of an object, or nil. Names are compared byte by byte.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.name.hasSameBytes(as: name) { return member.value }
        return nil
    }

    /// The text of a string, or nil.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array, or nil.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object, or nil.
    public var members: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}

// MARK: - Equatable

extension JSONValue: Equatable {
    /// Whether both are the same JSON value: texts byte by byte, numbers by what they are worth (3 is 3.0), objects
    /// whatever the order of their members. Values of different types are never equal.
    public static func == (one: JSONValue, other: JSONValue) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.integer(let one), .integer(let other)): one == other
        case (.real(let one), .real(let other)): one == other
        case (.integer(let integer), .real(let real)), (.real(let real), .integer(let integer)):
            Int64(exactly: real) == integer
        case (.string(let one), .string(let other)): one.hasSameBytes(as: other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): Self.haveSameMembers(one, other)
        case (.null, _), (.bool, _), (.integer, _), (.real, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    private static func haveSameMembers(_ one: [JSONMember], _ other: [JSONMember]) -> Bool {
        one.count == other.count && one.allSatisfy { JSONValue.object(other)[$0.name] == $0.value }
    }
}

// MARK: - Literals

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral text: String) { self = .string(text) }
    public init(integerLiteral number: Int64) { self = .integer(number) }
    public init(booleanLiteral truth: Bool) { self = .bool(truth) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { JSONMember(name: $0.0, value: $0.1) })
    }
}
