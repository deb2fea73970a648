/// Why bytes are not the JSON that is accepted here.
public enum JSONError: Error, Equatable, Sendable {
    /// More bytes than the caller allows.
    case tooLarge
    /// Objects and arrays inside each other beyond `JSONValue.maximumDepth`.
    case tooDeep
    /// A name twice in one object. Readers disagree on which one counts (RFC 8259, section 4), so neither does.
    case duplicateMember
    /// Not JSON, not UTF-8, a NUL, a number out of range, or something behind the value; at this byte.
    case malformed(offset: Int)
}

extension JSONError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge: "the JSON text is too large"
        case .tooDeep: "the JSON text is nested more than \(JSONValue.maximumDepth) deep"
        case .duplicateMember: "an object has two members of one name"
        case .malformed(let offset): "not valid JSON at byte \(offset)"
        }
    }
}
