extension Markup {
    /// Appends the markup as HTML in UTF-8.
    func write(to output: inout [UInt8]) {
        switch self {
        case .phrase(let phrase): Self.writeText(phrase.text, to: &output)
        case .foreign(let text): Self.writeText(text.text, to: &output)
        case .number(let number): output.append(contentsOf: String(number).utf8)
        case .styleSheet: output.append(contentsOf: StyleSheet.text.utf8)
        case .element(let element, let attributes, let content):
            Self.write(element, attributes, content, to: &output)
        }
    }

    private static func write(
        _ element: Element,
        _ attributes: [Attribute],
        _ content: [Markup],
        to output: inout [UInt8]
    ) {
        if element.beginsLine { output.append(UInt8(ascii: "\n")) }
        output.append(UInt8(ascii: "<"))
        output.append(contentsOf: element.rawValue.utf8)
        for attribute in attributes { self.write(attribute, to: &output) }
        output.append(UInt8(ascii: ">"))
        guard !element.isVoid else { return }
        for part in content { part.write(to: &output) }
        output.append(contentsOf: "</\(element.rawValue)>".utf8)
    }

    private static func write(_ attribute: Attribute, to output: inout [UInt8]) {
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: "\(attribute.name)".utf8)
        guard let value = attribute.value else { return }
        output.append(contentsOf: "=\"".utf8)
        self.writeAttributeValue(value, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// HTML, section 13.1.3: in text only `&` and `<` have a meaning; `>` goes along for old readers.
    static func writeText(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            default: output.append(byte)
            }
        }
    }

    /// The value stands between double quotes. NUL is the one byte that cannot be written there at all, and line ends
    /// would be changed on their way back in a form.
    static func writeAttributeValue(_ value: String, to output: inout [UInt8]) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            case 0: output.append(contentsOf: "\u{FFFD}".utf8)
            default: output.append(byte)
            }
        }
    }
}
