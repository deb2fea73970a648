/// Names that are defined in one part of the policy and used in another.
struct KnownNames {
    private var names: Set<String> = []
    /// Those that stand in the file as they are: what a variable brought must not come back as a suggestion.
    private var written: [String] = []
    /// Looking at all names for each of ten thousand slips would take longer than reading them.
    private var remainingSuggestions = Self.maximumSuggestions

    static let maximumSuggestions = 100

    var isEmpty: Bool { self.names.isEmpty }

    mutating func insert(_ name: YAMLScalar) {
        self.names.insert(name.text)
        if name.isAsWritten { self.written.append(name.text) }
    }

    func contains(_ name: YAMLScalar) -> Bool { self.names.contains(name.text) }

    mutating func closest(to name: YAMLScalar) -> String? {
        guard self.remainingSuggestions > 0 else { return nil }
        self.remainingSuggestions -= 1
        return Suggestion.closest(to: name.source, among: self.written)
    }
}
