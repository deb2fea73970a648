public import Endpoints

/// Every phrase in a table of words, by the way to it.
public func phrases(in words: Any) -> [String: Phrase] {
    var found: [String: Phrase] = [:]
    func collect(_ value: Any, _ path: String) {
        if let phrase = value as? Phrase { found[path] = phrase }
        for (index, child) in Mirror(reflecting: value).children.enumerated() where !(value is Phrase) {
            collect(child.value, "\(path).\(child.label ?? "\(index)")")
        }
    }
    collect(words, "words")
    return found
}
