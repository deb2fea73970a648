internal import Bytes

/// A JSON object that is written member by member, where making a `JSONValue` first would cost more than the text.
public struct JSONObjectText: Sendable {
    private var bytes: [UInt8]

    /// `capacity` is how many bytes are expected.
    public init(capacity: Int = 512) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity)
        self.bytes.append(UInt8(ascii: "{"))
    }

    /// Adds a text.
    public mutating func add(_ name: StaticString, _ text: String) {
        self.begin(name)
        JSONValue.encode(text, appendingTo: &self.bytes)
    }

    /// Adds texts as one, with spaces between them.
    public mutating func add(_ name: StaticString, joined words: [String]) {
        guard words.count != 1 else { return self.add(name, words[0]) }
        self.add(name, words.joined(separator: " "))
    }

    public mutating func add(_ name: StaticString, _ number: Int64) {
        self.begin(name)
        self.bytes.append(contentsOf: number.description.utf8)
    }

    public mutating func add(_ name: StaticString, _ value: JSONValue) {
        self.begin(name)
        value.encode(appendingTo: &self.bytes)
    }

    public mutating func add(_ member: JSONMember) {
        self.separate()
        JSONValue.encode(member.name, appendingTo: &self.bytes)
        self.bytes.append(UInt8(ascii: ":"))
        member.value.encode(appendingTo: &self.bytes)
    }

    /// The whole object, in UTF-8.
    public consuming func finished() -> [UInt8] {
        self.bytes.append(UInt8(ascii: "}"))
        return self.bytes
    }

    // MARK: - Private details

    /// Names in the program need no escaping.
    private mutating func begin(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
    }

    private mutating func separate() {
        if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
    }
}
