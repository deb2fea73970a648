internal import Endpoints

/// What a client may do, a line each, in the words of the policy or our own.
struct ScopeList {
    let scopes: [ScopeLine]

    func markup(_ words: Words) -> Markup {
        Element.ul(.class(.scopes)) {
            for scope in self.scopes {
                Element.li {
                    scope.meaning(words.scopes)
                    if scope.isNew {
                        Phrase(" ")
                        Element.span(.class(.tag)) { words.consent.new }
                    }
                }
            }
        }
    }
}

/// A scope that is asked for.
struct ScopeLine: Sendable {
    let name: String
    /// The words of the policy, if it has any for this scope.
    var explanation: String?
    /// Whether it was not among those that were allowed before.
    var isNew = false

    func meaning(_ words: Words.Scopes) -> Markup {
        let explanation = ForeignText(self.explanation ?? "", limit: ForeignText.sentenceLimit)
        if !explanation.isEmpty { return explanation.isolated }
        return self.standardMeaning(words).map(Markup.phrase) ?? Element.code { ForeignText(self.name).isolated }
    }

    /// OpenID Connect Core 5.4 and 11.
    private func standardMeaning(_ words: Words.Scopes) -> Phrase? {
        switch self.name {
        case "openid": words.openid
        case "profile": words.profile
        case "email": words.email
        case "address": words.address
        case "phone": words.phone
        case "offline_access": words.offlineAccess
        default: nil
        }
    }
}
