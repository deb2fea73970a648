import Bytes
import HTTP
import Policy

// Names and values of header fields (RFC 9110 5).

extension PolicyReader {
    /// Fields that belong to one connection (RFC 9110 7.6.1) or frame the message; the gateway writes them itself.
    private static let ownHeaders: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length",
        "host", "expect",
    ]

    /// `name: value` pairs that a route sets.
    func headers(_ field: PolicyField) -> [HeaderSettings]? {
        guard let entries = self.named(field) else { return nil }
        var headers: [HeaderSettings] = []
        var names = FoldedNames()
        for (name, position, value) in entries {
            guard self.isSettable(name, value, at: position), self.isNew(name, in: &names, value, at: position) else {
                continue
            }
            if let text = self.headerValue(value) { headers.append(HeaderSettings(name: name.text, value: text)) }
        }
        return headers
    }

    func headerValue(_ field: PolicyField) -> String? {
        guard let text = self.text(field) else { return nil }
        // RFC 9110 5.5: CR, LF and NUL would end the field or the message.
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            self.error(field, "a header value has no line ends and no control characters")
            return nil
        }
        return text
    }

    /// The name of a header that carries something of ours: a token name, and not one of the connection's own.
    func headerName(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "the name of a header"), !scalar.isUnset else { return nil }
        return self.isSettable(scalar, field, at: field.node.position) ? scalar.text : nil
    }

    func isSettable(_ name: YAMLScalar, _ field: PolicyField, at position: SourcePosition) -> Bool {
        if name.isUnset { return false }
        guard name.text.utf8Span.span.isToken else {
            self.error(field, "\(name.quoted) is not the name of a header", at: position)
            return false
        }
        guard !Self.ownHeaders.contains(name.text.lowercased()) else {
            self.error(field, "`\(name.shown)` is written by the gateway itself", at: position)
            return false
        }
        return true
    }

    /// Writes down a name that is already there, in any case and with any separators.
    func isNew(_ name: YAMLScalar, in names: inout FoldedNames, _ field: PolicyField, at position: SourcePosition)
        -> Bool
    {
        guard let other = names.insert(name) else { return true }
        self.error(field, "`\(name.shown)` and `\(other)` are the same header", at: position)
        return false
    }
}

/// Header names that are compared folded: lower case, `-` for all that is no letter or digit.
struct FoldedNames {
    private var names: [[UInt8]: String] = [:]

    /// The equal name that was there before, as it is shown.
    mutating func insert(_ name: YAMLScalar) -> String? {
        let folded = Self.folded(name.text)
        if let other = self.names[folded] { return other }
        self.names[folded] = name.shown
        return nil
    }

    static func folded(_ name: String) -> [UInt8] { name.utf8.map(\.folded) }
}
