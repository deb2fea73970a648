/// The name of a form's field: a word of the program.
public struct FieldName: Sendable, ExpressibleByStringLiteral {
    public let text: String

    public init(stringLiteral text: StaticString) { self.text = "\(text)" }
}

/// A field that comes back as it was given: the flow, the token against forged requests.
public struct HiddenField: Sendable {
    let name: FieldName
    let value: String

    public init(name: FieldName, value: String) {
        self.name = name
        self.value = value
    }
}

/// Where a form goes, and what it carries. Handlers make it; pages put their own fields between.
public struct PageForm: Sendable {
    let path: PagePath
    let hidden: [HiddenField]

    public init(path: PagePath, hidden: [HiddenField]) {
        self.path = path
        self.hidden = hidden
    }

    /// The form with one more hidden field.
    public func with(_ name: FieldName, _ value: String) -> PageForm {
        PageForm(path: self.path, hidden: self.hidden + [HiddenField(name: name, value: value)])
    }

    public func markup(@MarkupBuilder content: () -> [Markup]) -> Markup {
        let content = content()
        return Element.form(.fixed("method", "post"), .action(self.path)) {
            for field in self.hidden {
                Element.input(.fixed("type", "hidden"), .name(field.name), .value(hidden: field.value))
            }
            content
        }
    }
}
