import Bytes

/// One command and its arguments, as they go over the wire (RESP: an array of counted texts). Prints as its name alone:
/// arguments may be secrets.
struct RedisCommand: Sendable {
    enum Argument: Sendable {
        case word(StaticString)
        case bytes([UInt8])
        /// As `bytes`; and a cluster chooses the node by the first of them.
        case key([UInt8])
        case number(Int64)
    }

    private let name: StaticString
    private let arguments: [Argument]
    /// What a cluster chooses the node by; a command without one goes to any node.
    let key: [UInt8]?
    /// An upper bound of the bytes that `write` appends.
    let byteCount: Int

    init(_ name: StaticString, _ arguments: Argument...) {
        self.init(name, arguments)
    }

    init(_ name: StaticString, _ arguments: [Argument]) {
        self.name = name
        self.arguments = arguments
        self.key = arguments.lazy.compactMap(\.key).first
        self.byteCount = arguments.reduce(Argument.word(name).byteCount) { $0 + $1.byteCount } + Argument.framingBytes
    }

    /// Appends the command as Redis reads it.
    func write(to output: inout ByteBuffer) {
        output.append("*")
        output.append(decimal: UInt64(self.arguments.count + 1))
        output.append("\r\n")
        Argument.word(self.name).write(to: &output)
        for argument in self.arguments { argument.write(to: &output) }
    }
}

extension RedisCommand: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "\(self.name)" }
    var debugDescription: String { self.description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

// MARK: - Arguments

extension RedisCommand.Argument {
    /// A type byte, up to twenty digits of a count, and two line ends.
    fileprivate static let framingBytes = 25
    private static let maximumDigits = 20

    fileprivate var key: [UInt8]? {
        if case .key(let key) = self { key } else { nil }
    }

    fileprivate var byteCount: Int {
        switch self {
        case .word(let word): word.utf8CodeUnitCount + Self.framingBytes
        case .bytes(let bytes), .key(let bytes): bytes.count + Self.framingBytes
        case .number: Self.maximumDigits + Self.framingBytes
        }
    }

    fileprivate func write(to output: inout ByteBuffer) {
        switch self {
        case .word(let word):
            Self.writeCount(word.utf8CodeUnitCount, to: &output)
            output.append(word)
        case .bytes(let bytes), .key(let bytes):
            Self.writeCount(bytes.count, to: &output)
            output.append(bytes)
        case .number(let number):
            let text = "\(number)"
            Self.writeCount(text.utf8.count, to: &output)
            output.append(text: text)
        }
        output.append("\r\n")
    }

    private static func writeCount(_ count: Int, to output: inout ByteBuffer) {
        output.append("$")
        output.append(decimal: UInt64(count))
        output.append("\r\n")
    }
}
