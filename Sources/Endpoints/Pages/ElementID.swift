/// A place of a page that labels and descriptions point at: a word of the program.
public struct ElementID: Sendable, ExpressibleByStringLiteral {
    let text: String

    public init(stringLiteral text: StaticString) { self.text = "\(text)" }

    public static let title: ElementID = "title"
    /// What went wrong, and what went well.
    public static let problem: ElementID = "problem"
    public static let notice: ElementID = "notice"
}
