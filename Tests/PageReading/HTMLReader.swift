public import Endpoints

/// Reads a page back as strictly as it is written: every start tag has its end tag, every value its quotes. Whatever gets
/// out of its place makes it fail, or shows up as an element or attribute that should not be there.
public struct HTMLReader {
    public struct Tag: Equatable {
        public let name: String
        public var attributes: [String: String] = [:]
    }

    public struct Malformed: Error {
        public let place: Substring
    }

    /// All elements, in the order of their start tags.
    public private(set) var tags: [Tag] = []
    /// All text outside of the style sheet, without references.
    public private(set) var text = ""
    public private(set) var style = ""

    public init(_ page: Page) throws { try self.init(String(decoding: page.body, as: UTF8.self)) }

    public init(_ html: String) throws {
        var rest = html[...]
        guard rest.hasPrefix("<!doctype html>\n<html") else { throw Malformed(place: rest.prefix(40)) }
        rest = rest.dropFirst(15)
        var open: [String] = []
        while let character = rest.unicodeScalars.first {
            if character != "<" {
                let text = Self.cut(&rest, while: { $0 != "<" })
                if open.last == "style" { self.style += text } else { self.text += try Self.plain(text) }
            } else if rest.hasPrefix("</") {
                let name = Self.cut(&rest, while: { $0 != ">" }).dropFirst(2)
                guard open.popLast() == String(name) else { throw Malformed(place: name) }
                rest = rest.dropFirst()
            } else {
                let tag = try Self.tag(&rest)
                self.tags.append(tag)
                if Element(rawValue: tag.name)?.isVoid != true { open.append(tag.name) }
            }
        }
        guard open.isEmpty else { throw Malformed(place: rest) }
    }

    public func all(_ name: String) -> [Tag] { self.tags.filter { $0.name == name } }

    /// The input with this name.
    public func input(_ name: String) -> Tag? {
        self.tags.first { $0.name == "input" && $0.attributes["name"] == name }
    }

    // MARK: - Private details

    /// `<name a="1" b>`
    private static func tag(_ rest: inout Substring) throws -> Tag {
        rest = rest.dropFirst()
        var tag = Tag(
            name: String(self.cut(&rest, while: { $0.properties.isAlphabetic || $0.properties.numericType != nil }))
        )
        guard Element(rawValue: tag.name) != nil else { throw Malformed(place: rest.prefix(40)) }
        while rest.hasPrefix(" ") {
            rest = rest.dropFirst()
            let name = self.cut(&rest, while: { $0.properties.isLowercase || $0 == "-" })
            guard !name.isEmpty else { throw Malformed(place: rest.prefix(40)) }
            var value = ""
            if rest.hasPrefix("=\"") {
                rest = rest.dropFirst(2)
                value = try self.plain(self.cut(&rest, while: { $0 != "\"" && $0 != "<" && $0 != ">" }))
                guard rest.hasPrefix("\"") else { throw Malformed(place: rest.prefix(40)) }
                rest = rest.dropFirst()
            }
            guard tag.attributes.updateValue(value, forKey: String(name)) == nil else { throw Malformed(place: name) }
        }
        guard rest.hasPrefix(">") else { throw Malformed(place: rest.prefix(40)) }
        rest = rest.dropFirst()
        return tag
    }

    /// Text with its references replaced. An ampersand that begins none is a fault.
    private static func plain(_ text: Substring) throws -> String {
        var result = ""
        var rest = text
        while let character = rest.unicodeScalars.first {
            guard character == "&" else {
                result += self.cut(&rest, while: { $0 != "&" })
                continue
            }
            let references = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'"]
            guard let (reference, meaning) = references.first(where: { rest.hasPrefix($0.key) }) else {
                throw Malformed(place: rest.prefix(40))
            }
            result += meaning
            rest = rest.dropFirst(reference.count)
        }
        return result
    }

    /// By scalars: a combining mark after a quote makes one character of both.
    private static func cut(_ rest: inout Substring, while holds: (Unicode.Scalar) -> Bool) -> Substring {
        let scalars = rest.unicodeScalars
        let end = scalars.firstIndex { !holds($0) } ?? scalars.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }
}
