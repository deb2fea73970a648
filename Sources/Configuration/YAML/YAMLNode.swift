/// One value of the policy file, and where it begins.
struct YAMLNode: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    let content: Content
    let position: SourcePosition
}

/// One `key: value`, in the order of the file.
struct YAMLEntry: Sendable, Equatable {
    let key: YAMLScalar
    let keyPosition: SourcePosition
    let value: YAMLNode
}

/// A scalar after `${…}` was replaced in it.
struct YAMLScalar: Sendable, Equatable {
    /// What it says. May come from a variable or a file, so no message ever shows it.
    let text: String
    /// What the file says: the only form that messages show.
    let source: String
    /// Neither quoted nor a block: its type follows from its text.
    let isPlain: Bool
    /// A variable in it is not set, and that was allowed: nothing can be said about its value.
    let isUnset: Bool

    init(text: String, source: String, isPlain: Bool, isUnset: Bool = false) {
        self.text = text
        self.source = source
        self.isPlain = isPlain
        self.isUnset = isUnset
    }

    init(_ text: String, isPlain: Bool) {
        self.init(text: text, source: text, isPlain: isPlain)
    }

    /// Nothing was replaced in it, so messages may show it.
    var isAsWritten: Bool { self.text == self.source }

    /// Whether whoever reads the file reads what it says: as it is written, or as what stands in for a variable.
    var standsInFile: Bool { self.source.range(ofText: self.text) != nil }

    /// The source in double quotes, short and printable.
    var quoted: String { "\"\(self.shown)\"" }

    /// The source, short and printable, without the password of an address.
    var shown: String { Printable.text(UserPart.hidden(in: self.source)) }
}

/// Makes text of the policy fit for a terminal and a line.
enum Printable {
    /// Longer text is cut: a message is no place for a certificate.
    static let maximumCharacters = 80

    static func text(_ text: String) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == Self.maximumCharacters { return result + "…" }
            count += 1
            switch scalar.value {
            case 0x0A: result += "\\n"
            case 0x09: result += "\\t"
            case 0x0D: result += "\\r"
            case 0x00..<0x20, 0x7F..<0xA0: result += "\\u{\(String(scalar.value, radix: 16))}"
            // Marks that turn the direction of text around could make a line say something else.
            case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
