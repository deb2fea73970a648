/// The elements that pages are made of. None of them runs anything, and none fetches anything.
public enum Element: String, Sendable {
    case html, head, title, meta, style, body
    case header, main, section, footer
    case h1, h2, p, div, span, strong, code, small, bdi, time
    case ul, li, dl, dt, dd
    case table, thead, tbody, tr, th, td
    case a, form, label, input, button

    /// Void elements have no content and no end tag (HTML, section 13.1.2).
    package var isVoid: Bool {
        switch self {
        case .meta, .input: true
        default: false
        }
    }

    /// Elements that begin a line, so that the source of a page can be read.
    var beginsLine: Bool {
        switch self {
        case .title, .span, .strong, .code, .small, .bdi, .time, .a: false
        default: true
        }
    }

    /// `Element.p(.class(.lead)) { words.lead }`
    public func callAsFunction(
        _ attributes: Attribute...,
        @MarkupBuilder content: () -> [Markup] = { [] }
    ) -> Markup {
        self.with(attributes, content: content)
    }

    /// The same for a list of attributes that was put together before.
    public func with(_ attributes: [Attribute], @MarkupBuilder content: () -> [Markup] = { [] }) -> Markup {
        let content = content()
        precondition(!self.isVoid || content.isEmpty, "a void element has no content")
        return .element(self, attributes, content)
    }
}
