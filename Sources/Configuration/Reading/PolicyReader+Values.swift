// The kinds of values that the policy is made of. Each returns nil after it wrote down what is wrong, and nil alone for
// a value that is not known because a variable in it is not set.

extension PolicyReader {
    // MARK: - Structure

    /// The keys of a mapping that we know.
    func section(_ field: PolicyField) -> Section? {
        self.entries(field).map { Section(field, $0, self) }
    }

    /// Named things, in the order of the file.
    func named(_ field: PolicyField) -> [(name: YAMLScalar, position: SourcePosition, field: PolicyField)]? {
        self.entries(field)?.map { entry in
            (entry.key, entry.keyPosition, PolicyField(node: entry.value, path: .key(entry.key.source, in: field.path)))
        }
    }

    private func entries(_ field: PolicyField) -> [YAMLEntry]? {
        switch field.node.content {
        case .mapping(let entries): return entries
        case .sequence: self.error(field, "expected keys and values, found a list")
        case .scalar(let scalar):
            if scalar.isUnset { return nil }
            self.error(field, scalar.isNull ? Self.empty : "expected keys and values, found \(scalar.quoted)")
        }
        return nil
    }

    /// A list by `read`; one value alone is a list of one. Nil when it is no list, wrong or not.
    func list<Value>(_ field: PolicyField, mayBeEmpty: Bool = false, _ read: (PolicyField) -> Value?) -> [Value]? {
        if case .sequence(let nodes) = field.node.content, nodes.isEmpty, !mayBeEmpty {
            self.error(field, "the list is empty; leave the key out, or name something")
            return nil
        }
        return field.elements.compactMap(read)
    }

    func texts(_ field: PolicyField) -> [String]? {
        self.list(field) { self.nonEmptyText($0) }
    }

    // MARK: - Scalars

    static let empty = "has no value; leave the key out, or give it one"

    /// A scalar that says something.
    func scalar(_ field: PolicyField, _ expected: String) -> YAMLScalar? {
        switch field.node.content {
        case .sequence: self.error(field, "expected \(expected), found a list")
        case .mapping: self.error(field, "expected \(expected), found a mapping")
        case .scalar(let scalar):
            if scalar.isUnset || !scalar.isNull { return scalar }
            self.error(field, Self.empty)
        }
        return nil
    }

    func isUnset(_ field: PolicyField) -> Bool { field.scalar?.isUnset ?? false }

    /// Text, as it stands; numbers and booleans are the text that they were written as.
    func text(_ field: PolicyField) -> String? {
        self.scalar(field, "text").map(\.text)
    }

    func nonEmptyText(_ field: PolicyField) -> String? {
        guard let text = self.text(field) else { return nil }
        guard !text.isEmpty else {
            self.error(field, "is empty")
            return nil
        }
        return text
    }

    /// A value made by `parse`; what is none is "SOURCE is no EXPECTED".
    func parsed<Value>(_ field: PolicyField, _ expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let scalar = self.scalar(field, expected), !scalar.isUnset else { return nil }
        if let value = parse(scalar.text) { return value }
        self.error(field, "expected \(expected), found \(scalar.quoted)")
        return nil
    }

    func bool(_ field: PolicyField) -> Bool? {
        guard let scalar = self.scalar(field, "`true` or `false`"), !scalar.isUnset else { return nil }
        if case .bool(let bool) = scalar.value { return bool }
        self.error(field, "expected `true` or `false`, found \(scalar.quoted)")
        return nil
    }

    func integer(_ field: PolicyField, in range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let scalar = self.scalar(field, expected), !scalar.isUnset else { return nil }
        if case .integer(let integer) = scalar.value, let value = Int(exactly: integer), range.contains(value) {
            return value
        }
        self.error(field, "expected \(expected), found \(scalar.quoted)")
        return nil
    }

    /// One of some words, each with its meaning.
    func word<Value>(_ field: PolicyField, _ words: KeyValuePairs<String, Value>) -> Value? {
        let expected = words.map { "`\($0.key)`" }.joined(separator: ", ")
        guard let scalar = self.scalar(field, "one of \(expected)"), !scalar.isUnset else { return nil }
        if let match = words.first(where: { $0.key == scalar.text }) { return match.value }
        self.error(
            field,
            "expected one of \(expected), found \(scalar.quoted)",
            suggestion: Suggestion.closest(to: scalar.source, among: words.map(\.key))
        )
        return nil
    }

    /// What a secret is called in the file, where it does not stand itself.
    static let secretReference = "write `${NAME}` or `${file:PATH}` for it"
}
