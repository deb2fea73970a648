/// A button that sends its form.
struct Button {
    enum Kind { case primary, secondary, danger }

    let label: Phrase
    var kind = Kind.primary
    var decision: PageDecision?
    /// What the label leaves to the eyes: whose access a `Revoke` ends.
    var about: ForeignText?

    var markup: Markup {
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
        if let decision = self.decision { attributes += [.name(.decision), .value(decision)] }
        return attributes
    }
}
