internal import JOSE

/// Reads the scopes out of a claim.
enum ScopeWords {
    /// Appends the words of a string split at spaces (RFC 6749, section 3.3), or of an array of strings, unless they are
    /// there. Anything else has no words; nor has an element with a space in it, which could pass for two.
    static func append(_ claim: JSONValue, to words: inout [String]) {
        switch claim {
        case .string(let text):
            self.append(text.utf8.split(separator: UInt8(ascii: " ")).compactMap { String($0) }, to: &words)
        case .array(let elements):
            let texts = elements.compactMap(\.string)
            self.append(texts.filter { !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: " ")) }, to: &words)
        case .null, .bool, .integer, .real, .object:
            return
        }
    }

    /// One claim is the rule, and needs no comparing.
    private static func append(_ new: [String], to words: inout [String]) {
        guard !words.isEmpty else {
            words = new
            return
        }
        let known = Set(words)
        words.append(contentsOf: new.filter { !known.contains($0) })
    }
}
