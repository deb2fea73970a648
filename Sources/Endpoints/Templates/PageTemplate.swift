/// An operator's frame around all pages: an HTML document with places for what a page has to say.
///
/// It was checked when it was read: it runs nothing, it fetches nothing from elsewhere, and there is exactly one place for
/// the content. The policy that goes with each page (CSP) makes browsers hold it to that.
public struct PageTemplate: Sendable, Equatable {
    /// With a logo in it; each page carries all of it.
    public static let maximumByteCount = 64 * 1024
    /// Each one's hash goes into a field of every page.
    static let maximumStyles = 8

    enum Piece: Sendable, Equatable {
        /// As it is written.
        case literal([UInt8])
        /// The pages' own style sheet: before those of the template, so that these have the last word.
        case styleSheet
        case content
        case value(Value, in: Place)
    }

    /// What is put in with its marks escaped.
    enum Value: String, Sendable {
        case title, service, language
    }

    enum Place: Sendable {
        case text, attribute
    }

    let pieces: [Piece]
    /// Its style elements as sources of a content security policy: `'sha256-…'`.
    let styleSources: [String]

    /// Reads a template. Throws what is wrong with it first.
    public init(parsing text: String) throws(PageTemplateFault) {
        // A browser does the same before it hashes a style element (HTML, section 13.2.3.5).
        var bytes: [UInt8] = []
        for byte in text.utf8 where byte != UInt8(ascii: "\n") || bytes.last != UInt8(ascii: "\r") {
            bytes.append(byte)
        }
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\r") { bytes[index] = UInt8(ascii: "\n") }
        guard bytes.count <= Self.maximumByteCount else { throw PageTemplateFault(.tooLarge, at: 0, in: bytes) }
        var scanner = TemplateScanner(bytes)
        try scanner.scan()
        self.pieces = scanner.pieces
        self.styleSources = scanner.styles.map { StyleSheet.source(of: $0) }
    }

    /// The whole document.
    func document(title: String, service: String, language: String, content: Markup) -> [UInt8] {
        var output: [UInt8] = []
        for piece in self.pieces {
            switch piece {
            case .literal(let bytes): output.append(contentsOf: bytes)
            case .styleSheet: Element.style { Markup.styleSheet }.write(to: &output)
            case .content: content.write(to: &output)
            case .value(let value, let place):
                let text =
                    switch value {
                    case .title: title
                    case .service: service
                    case .language: language
                    }
                place == .text ? Markup.writeText(text, to: &output) : Markup.writeAttributeValue(text, to: &output)
            }
        }
        return output
    }
}
