/// A piece of a page. There is no way to put text into one but by a type that says where the text is from, and none to put
/// markup into one but by naming an element: what is written is escaped for its place by construction.
public indirect enum Markup: Sendable {
    /// Words of our own.
    case phrase(Phrase)
    /// Text of anybody else: a client's name, a user's, an address.
    case foreign(ForeignText)
    case number(Int)
    case element(Element, [Attribute], [Markup])
    /// The one style sheet, which is no text of a page but must stand there unescaped.
    case styleSheet
}

/// Lets functions that describe a part of a page read like the part: one expression a line, `if` and `for` among them.
@resultBuilder
public enum MarkupBuilder {
    public static func buildExpression(_ phrase: Phrase) -> [Markup] { [.phrase(phrase)] }
    public static func buildExpression(_ text: ForeignText) -> [Markup] { [.foreign(text)] }
    public static func buildExpression(_ markup: Markup) -> [Markup] { [markup] }
    public static func buildExpression(_ parts: [Markup]) -> [Markup] { parts }
    public static func buildBlock(_ parts: [Markup]...) -> [Markup] { parts.flatMap { $0 } }
    public static func buildOptional(_ parts: [Markup]?) -> [Markup] { parts ?? [] }
    public static func buildEither(first parts: [Markup]) -> [Markup] { parts }
    public static func buildEither(second parts: [Markup]) -> [Markup] { parts }
    public static func buildArray(_ parts: [[Markup]]) -> [Markup] { parts.flatMap { $0 } }
}
