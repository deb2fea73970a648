internal import Bytes
public import JOSE

/// Names one claim, also inside objects: `realm_access.roles`, `/https:~1~1example.com~1team` (a JSON Pointer, RFC 6901), or
/// `https://example.com/team` (what contains `://` is one literal name).
public struct ClaimSelector: Sendable, Hashable {
    /// As it was written.
    public let text: String
    /// Member names from the outside in; never empty.
    public let steps: [String]

    /// Nil when `text` is empty, has an empty step, or has a `~` that RFC 6901 does not know.
    public init?(_ text: String) {
        self.text = text
        if text.hasPrefix("/") {
            let tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            var steps: [String] = []
            for token in tokens {
                guard let step = Self.unescaped(token) else { return nil }
                steps.append(step)
            }
            self.steps = steps
        } else if text.contains("://") {
            self.steps = [text]
        } else {
            self.steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if self.steps.contains("") { return nil }
        }
        if text.isEmpty { return nil }
    }

    /// The claim's value, or nil when any step is absent or goes into something that is no object.
    public func value(in claims: JSONValue) -> JSONValue? {
        var value = claims
        for step in self.steps {
            guard let next = value[step] else { return nil }
            value = next
        }
        return value
    }

    // RFC 6901 3: `~1` is `/`, `~0` is `~`, anything else behind `~` is an error.
    private static func unescaped(_ token: Substring) -> String? {
        var result = ""
        var rest = token[...]
        while let character = rest.popFirst() {
            guard character == "~" else {
                result.append(character)
                continue
            }
            switch rest.popFirst() {
            case "0": result.append("~")
            case "1": result.append("/")
            default: return nil
            }
        }
        return result
    }
}

// MARK: - Hashable

extension ClaimSelector {
    /// Whether both were written alike, byte by byte, as the names of claims are compared.
    public static func == (one: ClaimSelector, other: ClaimSelector) -> Bool {
        one.text.hasSameBytes(as: other.text)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.text)
    }
}
