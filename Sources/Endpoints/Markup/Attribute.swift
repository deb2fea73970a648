/// An attribute of an element. Only the functions here make one, each of which knows what may stand in its value; the
/// value is escaped when it is written. There is none for a script, a style or an image.
public struct Attribute: Sendable {
    let name: StaticString
    /// Nil for one that is just there, such as `required`.
    let value: String?

    private init(_ name: StaticString, _ value: String? = nil) {
        self.name = name
        self.value = value
    }

    /// An attribute whose name and value are words of the program.
    public static func fixed(_ name: StaticString, _ value: StaticString) -> Attribute { Attribute(name, "\(value)") }

    public static func `class`(_ classes: StyleClass...) -> Attribute {
        Attribute("class", classes.map(\.rawValue).joined(separator: " "))
    }

    public static func lang(_ language: Language) -> Attribute { Attribute("lang", language.rawValue) }

    // MARK: - Places of a page that others refer to

    public static func id(_ id: ElementID) -> Attribute { Attribute("id", id.text) }
    public static func `for`(_ id: ElementID) -> Attribute { Attribute("for", id.text) }
    public static func labelledBy(_ id: ElementID) -> Attribute { Attribute("aria-labelledby", id.text) }

    public static func describedBy(_ ids: [ElementID]) -> Attribute {
        Attribute("aria-describedby", ids.map(\.text).joined(separator: " "))
    }

    // MARK: - Links and forms

    /// Only an http or https address is a link, so that `javascript:` and `data:` are none.
    public static func href(_ url: WebURL) -> Attribute { Attribute("href", url.text) }
    public static func href(_ path: PagePath) -> Attribute { Attribute("href", path.text) }
    public static func action(_ path: PagePath) -> Attribute { Attribute("action", path.text) }

    public static func name(_ field: FieldName) -> Attribute { Attribute("name", field.text) }
    public static func value(_ text: ForeignText) -> Attribute { Attribute("value", text.text) }
    /// A value that comes back as it is, and is never shown.
    public static func value(hidden text: String) -> Attribute { Attribute("value", text) }
    static func value(_ choice: any FormChoice) -> Attribute { Attribute("value", choice.rawValue) }
    public static func maximumLength(_ characters: Int) -> Attribute { Attribute("maxlength", "\(characters)") }
    public static func minimumLength(_ characters: Int) -> Attribute { Attribute("minlength", "\(characters)") }
    public static var required: Attribute { Attribute("required") }
    public static var autofocus: Attribute { Attribute("autofocus") }

    static func dateTime(_ time: PageTime) -> Attribute { Attribute("datetime", time.machineText) }
}

/// What a button sends: a closed list of the page's own.
public protocol FormChoice: RawRepresentable<String>, Sendable {
    /// Under which name.
    static var field: FieldName { get }
}
