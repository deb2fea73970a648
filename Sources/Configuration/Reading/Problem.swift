/// One thing to say about a policy file: `gateway.yaml:14:9: error: routes[2].access.issuers: unknown issuer "acme"`.
package struct Problem: Sendable, Hashable {
    package enum Severity: String, Sendable {
        /// Nothing starts.
        case error
        /// A departure from a safe default.
        case warning
    }

    package var severity: Severity
    /// The policy file as it was named.
    package var file: String
    package var position: SourcePosition
    /// Where in the policy: `routes[2].access.scopes`; empty for the file itself.
    package var path: String
    package var message: String
    /// What was probably meant.
    package var suggestion: String?

    package var line: Int { self.position.line }
    package var column: Int { self.position.column }
}

extension Problem: CustomStringConvertible {
    package var description: String {
        var line = "\(self.file):\(self.line):\(self.column): \(self.severity.rawValue): "
        if !self.path.isEmpty { line += "\(self.path): " }
        line += self.message
        if let suggestion = self.suggestion { line += "; did you mean `\(suggestion)`?" }
        return line
    }
}
