import Bytes
import JOSE
import OAuth
import Policy

// Who may pass, in words.

extension RouteSettings {
    var whoMayPass: String {
        let people = self.access.summary + self.login.summary
        if self.networks.isEmpty { return people }
        return people + ", from " + self.networks.map(\.description).joined(separator: " ")
    }
}

extension LoginChoice {
    fileprivate var summary: String {
        switch self {
        case .none: ""
        case .any: "; login"
        case .oneOf(let names): "; login \(names.joined(separator: " or "))"
        }
    }
}

extension AccessSettings {
    fileprivate var summary: String {
        switch self {
        case .public: "anyone"
        case .optional: "anyone; a token must be valid if there is one"
        case .authenticated: "any valid token"
        case .anyOf(let requirements): requirements.map(\.summary).joined(separator: ", or ")
        }
    }
}

extension RequirementSettings {
    fileprivate var summary: String {
        var parts: [String] = []
        if !self.issuers.isEmpty { parts.append("issuer \(self.issuers.joined(separator: " or "))") }
        if !self.audiences.isEmpty { parts.append("audience \(self.audiences.joined(separator: " or "))") }
        if !self.scopes.isEmpty { parts.append("scope \(self.scopes.joined(separator: " and "))") }
        if !self.anyScope.isEmpty { parts.append("scope \(self.anyScope.joined(separator: " or "))") }
        parts += self.claims.map(\.summary)
        return parts.joined(separator: "; ")
    }
}

extension ClaimSettings {
    fileprivate var summary: String {
        "claim " + self.tests.map { "\(self.selector.text) \($0.summary)" }.joined(separator: " and ")
    }
}

extension ClaimTest {
    fileprivate var summary: String {
        switch self {
        case .anyOf(let operands): operands.count == 1 ? "= \(operands[0].summary)" : "any of \(Self.list(operands))"
        case .allOf(let operands): "all of \(Self.list(operands))"
        case .noneOf(let operands): "none of \(Self.list(operands))"
        case .equals(let operand): "equals \(operand.summary)"
        case .prefix(let operand): "begins with \(operand.summary)"
        case .exists(let exists): exists ? "exists" : "is absent"
        }
    }

    private static func list(_ operands: [ClaimOperand]) -> String {
        "[\(operands.map(\.summary).joined(separator: ", "))]"
    }
}

extension ClaimOperand {
    fileprivate var summary: String {
        switch self {
        case .value(.string(let text)): text
        case .value(let value): value.jsonText
        case .template(let parts):
            parts.map { part in
                switch part {
                case .text(let text): text
                case .parameter(let name): "{\(name)}"
                }
            }.joined()
        }
    }
}
