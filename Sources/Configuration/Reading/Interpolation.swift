/// Replaces `${NAME}`, `${NAME:-default}` and `${file:PATH}` in one scalar. What comes in is text: never structure, and
/// never read again for further references.
struct Interpolation {
    enum Reference: Equatable {
        case variable(String, fallback: String?)
        case file(String)
    }

    /// The value of a reference, or why there is none.
    enum Lookup {
        case text(String)
        /// Not set, and that is allowed.
        case unset
        case problem(String)
    }

    let lookUp: (Reference) -> Lookup

    func replace(_ scalar: YAMLScalar) -> YAMLTree.Replaced {
        // Bytes, not characters: a combining mark behind a `}` must not hide it.
        var rest = Array(scalar.text.utf8)[...]
        var result: [UInt8] = []
        var isUnset = false
        var problems: [String] = []
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.starts(with: "$${".utf8) {
                result += "${".utf8
                rest = rest.dropFirst(3)
            } else if rest.starts(with: "${".utf8) {
                switch Self.reference(&rest).map(self.lookUp) ?? .problem(Self.malformed) {
                case .text(let text): result += text.utf8
                case .unset: isUnset = true
                case .problem(let problem): problems.append(problem)
                }
            } else {
                result.append(UInt8(ascii: "$"))
                rest = rest.dropFirst()
            }
        }
        result += rest
        // With a problem nothing is known about the value either; a second message about it would mislead.
        let isUnknown = isUnset || !problems.isEmpty
        let replaced = YAMLScalar(
            text: isUnknown ? scalar.text : String(decoding: result, as: UTF8.self),
            source: scalar.text,
            isPlain: scalar.isPlain,
            isUnset: isUnknown
        )
        return YAMLTree.Replaced(scalar: replaced, problems: problems)
    }

    /// Whether the whole value is `$NAME`, which the shell replaces and the policy does not. Variables are upper case.
    static func isBareVariable(_ scalar: YAMLScalar) -> Bool {
        guard scalar.isPlain, scalar.text.utf8.first == UInt8(ascii: "$") else { return false }
        let name = scalar.text.utf8.dropFirst()
        guard let first = name.first, !(0x30...0x39).contains(first) else { return false }
        return name.allSatisfy { $0.isNameByte && !(0x61...0x7A).contains($0) }
    }

    static func bareVariable(_ scalar: YAMLScalar) -> String {
        "this is text and no reference; write `${\(scalar.text.dropFirst())}` for the variable, or put it in quotes"
    }

    static let malformed =
        "`${` begins no reference; write `${NAME}`, `${NAME:-default}`, `${file:PATH}`, or `$${` for the text"

    /// Takes a reference that begins with `${`; at least those two are taken.
    private static func reference(_ rest: inout ArraySlice<UInt8>) -> Reference? {
        rest = rest.dropFirst(2)
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let body = rest[..<end]
        rest = rest[(end + 1)...]
        if body.starts(with: "file:".utf8) {
            let path = body.dropFirst(5)
            return path.isEmpty ? nil : .file(String(decoding: path, as: UTF8.self))
        }
        let nameEnd = body.firstIndex { !$0.isNameByte } ?? body.endIndex
        guard let first = body[..<nameEnd].first, !(0x30...0x39).contains(first) else { return nil }
        let name = String(decoding: body[..<nameEnd], as: UTF8.self)
        let tail = body[nameEnd...]
        if tail.isEmpty { return .variable(name, fallback: nil) }
        guard tail.starts(with: ":-".utf8) else { return nil }
        return .variable(name, fallback: String(decoding: tail.dropFirst(2), as: UTF8.self))
    }
}

extension UInt8 {
    /// POSIX: letters, digits and underscores make the name of a variable.
    fileprivate var isNameByte: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F
    }
}
