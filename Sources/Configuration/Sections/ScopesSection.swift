import AuthorizationServer

// `authorization_server.scopes`: what can be asked for, in the words of the consent page.

extension PolicyReader {
    /// A line of the consent page.
    private static let maximumWordsByteCount = 300

    func scopeWords(_ field: PolicyField) -> [ScopeSettings]? {
        guard let entries = self.named(field) else { return nil }
        var scopes: [ScopeSettings] = []
        for (name, position, field) in entries where !name.isUnset {
            guard ScopeName.isValid(name.text) else {
                self.error(field, "\(name.quoted) is not one scope: visible ASCII without quotes", at: position)
                continue
            }
            guard !ScopeName.builtIn.contains(name.text) else {
                self.error(field, "this scope is built in, and so are its words", at: position)
                continue
            }
            self.scopeNames.insert(name)
            guard let words = self.nonEmptyText(field) else { continue }
            guard words.utf8.count <= Self.maximumWordsByteCount else {
                self.error(field, "at most \(Self.maximumWordsByteCount) bytes, to be read by somebody in a hurry")
                continue
            }
            scopes.append(ScopeSettings(name: name.text, words: words))
        }
        return scopes
    }
}
