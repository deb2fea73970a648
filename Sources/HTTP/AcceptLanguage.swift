import Bytes

/// Which of some languages a client would rather read (RFC 9110 12.5.4), over all lines of Accept-Language.
public struct AcceptLanguage: Sendable {
    /// At most as many as `named` has bits.
    private let offered: [String]
    /// The languages that were named, one bit each: `*` stands for the others alone.
    private var named: UInt64 = 0
    private var weights: [Int]
    private var wildcard = 0
    /// The order in which languages were named; it decides between equal weights.
    private var order: [Int] = []

    /// `offered` are primary subtags in lower case, such as `en`; at most 64 of them.
    public init(offered: [String]) {
        precondition(offered.count <= UInt64.bitWidth, "a bit for each language")
        self.offered = offered
        self.weights = Array(repeating: 0, count: offered.count)
    }

    /// The place in `offered` of the language with the highest weight, of equal ones that which was named first; nil if
    /// none of them is wanted.
    public var preferred: Int? {
        let others = self.offered.indices.filter { self.named & 1 << $0 == 0 }
        var best: (place: Int, weight: Int)?
        for place in self.order + others {
            let weight = self.named & 1 << place == 0 ? self.wildcard : self.weights[place]
            if weight > best?.weight ?? 0 { best = (place, weight) }
        }
        return best?.place
    }

    /// Adds one line's value.
    public mutating func read(_ value: Span<UInt8>) {
        var elements = ListElements()
        while let range = elements.next(value) { self.read(range: value.extracting(range)) }
    }

    /// `language-range [ weight ]`
    private mutating func read(range: Span<UInt8>) {
        let tagEnd = range.firstPlace(of: UInt8(ascii: ";"), from: 0)
        let tag = range.extracting(range.trimmed(0..<tagEnd))
        let weight = Weight.thousandths(of: range, from: tagEnd)
        guard !tag.equals("*") else {
            self.wildcard = Swift.max(self.wildcard, weight)
            return
        }
        // RFC 4647 3.4: a range is shortened from its end until something matches, so `de-AT` finds `de`.
        let primary = tag.extracting(0..<tag.firstPlace(of: UInt8(ascii: "-"), from: 0))
        guard let place = self.offered.firstIndex(where: { primary.equalsIgnoringCase($0.utf8Span.span) }) else {
            return
        }
        self.note(place, weight)
    }

    private mutating func note(_ place: Int, _ weight: Int) {
        if self.named & 1 << place == 0 { self.order.append(place) }
        self.named |= 1 << place
        self.weights[place] = Swift.max(self.weights[place], weight)
    }
}
