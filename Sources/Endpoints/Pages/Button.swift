/// A button that sends its form.
public struct Button {
    public enum Kind: Sendable { case primary, secondary, danger }

    let label: Phrase
    let kind: Kind
    /// What it sends besides the form's fields.
    let choice: (any FormChoice)?
    /// What the label leaves to the eyes: whose access a `Revoke` ends.
    let about: ForeignText?

    public init(
        label: Phrase,
        kind: Kind = .primary,
        choice: (any FormChoice)? = nil,
        about: ForeignText? = nil
    ) {
        self.label = label
        self.kind = kind
        self.choice = choice
        self.about = about
    }

    public var markup: Markup {
        Element.button.with(self.attributes) {
            self.label
            if let about = self.about {
                Element.span(.class(.hidden)) {
                    Phrase(" "); about.isolated
                }
            }
        }
    }

    private var attributes: [Attribute] {
        var attributes: [Attribute] = [.fixed("type", "submit")]
        switch self.kind {
        case .primary: break
        case .secondary: attributes.append(.class(.secondary))
        case .danger: attributes.append(.class(.danger))
        }
        if let choice = self.choice { attributes += [.name(type(of: choice).field), .value(choice)] }
        return attributes
    }
}
