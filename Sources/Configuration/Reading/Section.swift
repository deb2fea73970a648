/// A mapping with keys that we know. What is asked for is thereby known; what nobody asked for is a misspelt key.
final class Section {
    let field: PolicyField
    private let reader: PolicyReader
    private let entries: [YAMLEntry]
    private var isKnown: [Bool]
    private var knownKeys: [String] = []

    init(_ field: PolicyField, _ entries: [YAMLEntry], _ reader: PolicyReader) {
        self.field = field
        self.reader = reader
        self.entries = entries
        self.isKnown = Array(repeating: false, count: entries.count)
    }

    var isEmpty: Bool { self.entries.isEmpty }
    var hasOneKey: Bool { self.entries.count == 1 }

    /// The value of `key`, or nil when the key is not there.
    func field(_ key: String) -> PolicyField? {
        self.knownKeys.append(key)
        guard let index = self.entries.firstIndex(where: { $0.key.text == key }) else { return nil }
        self.isKnown[index] = true
        return PolicyField(node: self.entries[index].value, path: .key(key, in: self.field.path))
    }

    /// The value of `key` by `read`; nil when the key is not there or `read` found it wrong.
    func value<Value>(_ key: String, _ read: (PolicyField) -> Value?) -> Value? {
        self.field(key).flatMap(read)
    }

    /// Replaces `target` when `key` is there and right.
    func read<Value>(_ key: String, into target: inout Value, _ read: (PolicyField) -> Value?) {
        if let value = self.value(key, read) { target = value }
    }

    func read<Value>(_ key: String, into target: inout Value?, _ read: (PolicyField) -> Value?) {
        if let value = self.value(key, read) { target = value }
    }

    /// Lets `check` look at the value of `key`, when the key is there.
    func value(_ key: String, _ check: (PolicyField) -> Void) {
        self.field(key).map(check)
    }

    /// The value of a key that must be there. `because` goes on after "`key` is missing".
    func required<Value>(_ key: String, because why: String = "", _ read: (PolicyField) -> Value?) -> Value? {
        guard let field = self.field(key) else {
            self.reader.error(self.field, "`\(key)` is missing" + (why.isEmpty ? "" : "; \(why)"))
            return nil
        }
        return read(field)
    }

    func required(_ key: String, because why: String, _ check: (PolicyField) -> Void) {
        let _: Void? = self.required(key, because: why) { .some(check($0)) }
    }

    /// A key of the reference that this build does not act on. Its default is accepted, anything else refused by name.
    func unsupported(_ key: String, unless isDefault: (PolicyField) -> Bool = { _ in false }) {
        guard let field = self.field(key), !isDefault(field) else { return }
        self.reader.error(field, PolicyReader.unsupported(key), at: self.keyPosition(key))
    }

    /// Where `key` itself stands.
    func keyPosition(_ key: String) -> SourcePosition? {
        self.entries.first { $0.key.text == key }?.keyPosition
    }

    /// Reports the keys that nobody asked for. Call it when everything was read.
    func finish() {
        for (entry, isKnown) in zip(self.entries, self.isKnown) where !isKnown && !entry.key.isUnset {
            let field = PolicyField(node: entry.value, path: .key(entry.key.source, in: self.field.path))
            let suggestion = Suggestion.closest(to: entry.key.source, among: self.knownKeys)
            self.reader.error(field, "unknown key", suggestion: suggestion, at: entry.keyPosition)
        }
    }
}
