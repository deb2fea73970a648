/// Text that somebody else chose, made fit to be shown: one line of bounded length, without control characters, without
/// characters that change the direction of what stands beside them, and without invisible ones that make two names look
/// the same.
public struct ForeignText: Sendable, Hashable {
    public let text: String

    /// Enough for a name. The limit counts Unicode scalars: a single character can be made of thousands.
    public static let nameLimit = 64
    /// Enough for a sentence.
    public static let sentenceLimit = 256
    /// Accents that may pile up on one letter. Vietnamese and pointed Hebrew need two or three.
    static let accentLimit = 3

    public init(_ text: String, limit: Int = Self.nameLimit) {
        var cleaner = Cleaner(limit: limit)
        for scalar in text.unicodeScalars {
            guard cleaner.takes(scalar) else { break }
        }
        self.text = cleaner.result
    }

    /// Whether nothing was left that could be seen.
    public var isEmpty: Bool { self.text.isEmpty }

    /// The text apart from the direction of its surroundings, so that a name in Arabic does not reorder our sentence.
    public var isolated: Markup { Element.bdi { self } }
    /// The same, and emphasised.
    public var emphasised: Markup { Element.strong { self.isolated } }
}

private struct Cleaner {
    private let limit: Int
    private var kept = String.UnicodeScalarView()
    private var count = 0
    private var accents = 0
    /// A space is written only once there is something behind it.
    private var owesSpace = false

    init(limit: Int) { self.limit = limit }

    var result: String { String(self.kept) }

    /// Whether there may be more.
    mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
        switch Self.role(of: scalar) {
        case .invisible: return true
        case .space:
            self.owesSpace = !self.kept.isEmpty
            return true
        case .joiner: return self.kept.last?.isASCII ?? true || self.append(scalar)
        case .accent: return self.accents >= ForeignText.accentLimit || self.append(scalar, isAccent: true)
        case .visible: return self.append(scalar)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar, isAccent: Bool = false) -> Bool {
        guard self.count + (self.owesSpace ? 2 : 1) <= self.limit else {
            self.kept.append("…")
            return false
        }
        if self.owesSpace { self.kept.append(" ") }
        self.kept.append(scalar)
        self.count += self.owesSpace ? 2 : 1
        self.accents = isAccent ? self.accents + 1 : 0
        self.owesSpace = false
        return true
    }

    private enum Role { case visible, space, accent, joiner, invisible }

    private static func role(of scalar: Unicode.Scalar) -> Role {
        // Joiners make words of Persian and of the scripts of India, and families of emoji; after a letter of ASCII they
        // have no meaning but to be hidden there. The selectors choose between a letter's text and its emoji.
        if ["\u{200C}", "\u{200D}", "\u{FE0E}", "\u{FE0F}"].contains(scalar) { return .joiner }
        if scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar.properties.isWhitespace { return .space }
        // Bidi controls, zero-width spaces, fillers and tags are all default ignorable (UAX 44).
        if scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{2800}" { return .invisible }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate: return .invisible
        case .nonspacingMark, .enclosingMark: return .accent
        default: return .visible
        }
    }
}
