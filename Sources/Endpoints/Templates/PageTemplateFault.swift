/// What is wrong with a template, and where.
public struct PageTemplateFault: Error, Equatable {
    public enum Reason: Sendable, Equatable {
        case tooLarge
        case nul
        case noHead
        case noContent
        case secondContent
        case unknownPlaceholder(String)
        case unfinishedPlaceholder
        /// In a tag, a comment, a style sheet or the like.
        case misplaced(String)
        case unfinishedTag
        case tooManyStyles
        /// An element that may not be in one.
        case element(String)
        /// An attribute that runs something, or that the policy of the pages (CSP) forbids.
        case attribute(String)
        /// An address elsewhere.
        case external(String)
    }

    public let reason: Reason
    /// Both from 1; the column counts characters (Unicode scalars).
    public let line: Int
    public let column: Int

    init(_ reason: Reason, at offset: Int, in bytes: [UInt8]) {
        let before = bytes[..<min(offset, bytes.count)]
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.reason = reason
        self.line = before.count { $0 == UInt8(ascii: "\n") } + 1
        self.column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    }
}

extension PageTemplateFault.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge: "the template has more than \(PageTemplate.maximumByteCount / 1024) KiB"
        case .nul: "a template is text, and has no NUL"
        case .noHead: "there is no `<head>`, where the pages' own style sheet goes"
        case .noContent: "there is no `{{content}}`, where the pages go"
        case .secondContent: "`{{content}}` is here a second time; there is one page"
        case .unknownPlaceholder(let name):
            "`{{\(name)}}` is no placeholder; there are `{{content}}`, `{{title}}`, `{{service}}` and `{{language}}`"
        case .unfinishedPlaceholder: "a placeholder ends with `}}`"
        case .misplaced(let name):
            name == "content"
                ? "`{{content}}` stands where text stands, and not in a tag, a title, a comment or a style sheet"
                : "`{{\(name)}}` stands in text or in an attribute in quotes, and not here"
        case .unfinishedTag: "this tag, comment or element does not end"
        case .tooManyStyles: "there are more than \(PageTemplate.maximumStyles) `<style>` elements"
        case .element(let name): "`<\(name)>` is not allowed in a template"
        case .attribute(let name): "the attribute `\(name)` is not allowed in a template"
        case .external(let name):
            "`\(name)` may name a path of this gateway (`/logo.svg`) or a `data:image/…` alone: pages of signing in fetch "
                + "nothing from others"
        }
    }
}
