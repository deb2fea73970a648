/// Words of our own, in one language: only a literal in the program is one. `{client}` and its like stand for what is
/// filled in later, so that each language has its own order of words.
public struct Phrase: Sendable, ExpressibleByStringLiteral {
    public let text: String

    public init(stringLiteral text: StaticString) { self.text = "\(text)" }

    private init(part: some StringProtocol) { self.text = String(part) }

    /// For phrases that are longer than a line.
    public static func + (left: Phrase, right: Phrase) -> Phrase { Phrase(part: left.text + right.text) }

    /// What a phrase leaves open.
    public enum Gap: String, Sendable {
        case client, user, host, time, wait, count, day, month, year, clock, request, code
        case provider, place, setting
    }

    /// The phrase with its gaps filled. A gap that is not given is a fault of the program.
    public func filled(_ parts: [Gap: Markup]) -> [Markup] {
        self.pieces.flatMap { piece -> [Markup] in
            guard let gap = piece.gap else { return [.phrase(Phrase(part: piece.text))] }
            guard let part = parts[gap] else { preconditionFailure("nothing for {\(gap.rawValue)}") }
            return [part]
        }
    }

    /// The gaps, in their order.
    var gaps: [Gap] { self.pieces.compactMap(\.gap) }

    private var pieces: [(text: Substring, gap: Gap?)] {
        var pieces: [(text: Substring, gap: Gap?)] = []
        var rest = self.text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close]
            guard let gap = Gap(rawValue: String(name)) else { preconditionFailure("a gap without a meaning: \(name)") }
            if open > rest.startIndex { pieces.append((rest[..<open], nil)) }
            pieces.append((name, gap))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append((rest, nil)) }
        return pieces
    }
}

/// A number of something, in the singular and the plural.
public struct CountedPhrase: Sendable {
    let one: Phrase
    let other: Phrase

    public init(one: Phrase, other: Phrase) {
        self.one = one
        self.other = other
    }

    public func filled(_ count: Int) -> Markup {
        Element.span { (count == 1 ? self.one : self.other).filled([.count: .number(count)]) }
    }
}
