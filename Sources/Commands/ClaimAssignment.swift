package import JOSE

/// `--claim NAME=VALUE`: the value is JSON if it reads as JSON, else text.
package struct ClaimAssignment: Equatable, Sendable {
    package let name: String
    package let value: JSONValue

    /// Nil without a name and a `=`.
    package init?(_ text: String) {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
        let value = String(text[text.index(after: sign)...])
        self.name = String(text[..<sign])
        self.value = (try? JSONValue(parsing: value)) ?? .string(value)
    }
}
