internal import Endpoints

/// A labelled input. Nothing that was typed as a password is ever written back.
struct TextField {
    enum Kind { case username, currentPassword, newPassword, userCode }

    let kind: Kind
    let id: ElementID
    let name: FieldName
    let label: Phrase
    /// What stands in it already; passwords have none.
    var value: ForeignText?
    var hint: (id: ElementID, text: [Markup])?
    /// Whether the page's problem is about this field.
    var isInvalid = false
    var isFirst = false
    var minimumLength: Int?

    /// More than any password or name that is accepted; what is longer is cut before it is sent.
    static let maximumLength = 256

    var markup: Markup {
        Element.div(.class(.field)) {
            Element.label(.for(self.id)) { self.label }
            Element.input.with(self.attributes)
            if let hint = self.hint { Element.p(.id(hint.id), .class(.hint)) { hint.text } }
        }
    }

    private var attributes: [Attribute] {
        var attributes = self.kindAttributes + [.id(self.id), .name(self.name), .required]
        attributes.append(.maximumLength(Self.maximumLength))
        if let minimum = self.minimumLength { attributes.append(.minimumLength(minimum)) }
        if let value = self.value, !value.isEmpty { attributes.append(.value(value)) }
        if self.isInvalid { attributes.append(.fixed("aria-invalid", "true")) }
        let descriptions = (self.isInvalid ? [ElementID.problem] : []) + (self.hint.map { [$0.id] } ?? [])
        if !descriptions.isEmpty { attributes.append(.describedBy(descriptions)) }
        if self.isFirst { attributes.append(.autofocus) }
        return attributes
    }

    /// HTML, section 4.10.18.7: the tokens by which password managers know what goes where.
    private var kindAttributes: [Attribute] {
        switch self.kind {
        case .username:
            [.fixed("type", "text"), .fixed("autocomplete", "username")] + Self.asTyped
        case .currentPassword:
            [.fixed("type", "password"), .fixed("autocomplete", "current-password")]
        case .newPassword:
            [.fixed("type", "password"), .fixed("autocomplete", "new-password")]
        case .userCode:
            [
                .fixed("type", "text"), .fixed("autocomplete", "one-time-code"), .class(.code),
                .fixed("autocapitalize", "characters"), .fixed("spellcheck", "false"),
            ]
        }
    }

    /// A phone's keyboard would begin a name with a capital letter.
    private static let asTyped: [Attribute] = [.fixed("autocapitalize", "none"), .fixed("spellcheck", "false")]
}
