import JOSE
import OAuth
import Policy

// `access.claims`: a claim, and what must be true of it.

extension PolicyReader {
    func claims(_ field: PolicyField, _ parameters: inout [ParameterUse]) -> [ClaimSettings]? {
        guard let entries = self.named(field) else { return nil }
        if entries.isEmpty { self.error(field, "the mapping is empty; leave the key out, or name a claim") }
        var claims: [ClaimSettings] = []
        for (name, position, value) in entries where !name.isUnset {
            guard let selector = ClaimSelector(name.text) else {
                let message = "is no claim: a dotted path, a JSON Pointer such as `/a~1b`, or a URL"
                self.error(value, "\(name.quoted) \(message)", at: position)
                continue
            }
            if let tests = self.claimTests(value, &parameters) {
                claims.append(ClaimSettings(selector: selector, tests: tests))
            }
        }
        return claims
    }

    private func claimTests(_ field: PolicyField, _ parameters: inout [ParameterUse]) -> [ClaimTest]? {
        guard field.isMapping else { return self.operands(field, &parameters).map { [.anyOf($0)] } }
        guard let section = self.section(field) else { return nil }
        guard !section.isEmpty else {
            self.error(field, "the mapping is empty; name a test, such as `{exists: true}`")
            return nil
        }
        var tests: [ClaimTest?] = []
        tests.append(section.value("any_of") { self.operands($0, &parameters) }.map { .anyOf($0) })
        tests.append(section.value("all_of") { self.operands($0, &parameters) }.map { .allOf($0) })
        tests.append(section.value("none_of") { self.operands($0, &parameters) }.map { .noneOf($0) })
        tests.append(section.value("equals") { self.operand($0, &parameters) }.map { .equals($0) })
        tests.append(section.value("prefix") { self.prefix($0, &parameters) }.map { .prefix($0) })
        tests.append(section.value("exists", self.bool).map { .exists($0) })
        section.finish()
        let written = tests.compactMap { $0 }
        if written.count > 1, written.contains(.exists(false)) {
            self.error(field, "a claim that must not exist passes no other test")
        }
        return written
    }

    // MARK: - Operands

    private func operands(_ field: PolicyField, _ parameters: inout [ParameterUse]) -> [ClaimOperand]? {
        self.list(field) { self.operand($0, &parameters) }
    }

    private func operand(_ field: PolicyField, _ parameters: inout [ParameterUse]) -> ClaimOperand? {
        guard let scalar = self.scalar(field, "a value"), !scalar.isUnset else { return nil }
        guard case .text(let text) = scalar.value else { return self.json(field).map { .value($0) } }
        return self.template(text, field, &parameters)
    }

    private func prefix(_ field: PolicyField, _ parameters: inout [ParameterUse]) -> ClaimOperand? {
        guard let text = self.nonEmptyText(field), !self.isUnset(field) else { return nil }
        return self.template(text, field, &parameters)
    }

    /// Text with `{parameter}` in it; `{{` is a brace.
    private func template(
        _ text: String,
        _ field: PolicyField,
        _ parameters: inout [ParameterUse]
    ) -> ClaimOperand? {
        guard let parts = ClaimTemplate.parts(of: text) else {
            self.error(field, "a `{` begins the name of a path parameter, `{tenant}`; write `{{` for the brace")
            return nil
        }
        for case .parameter(let name) in parts { parameters.append(ParameterUse(name: name, field: field)) }
        if parts.isEmpty { return .value(.string("")) }
        if case .text(let text) = parts[0], parts.count == 1 { return .value(.string(text)) }
        return .template(parts)
    }
}

/// Takes `org-{tenant}` apart.
enum ClaimTemplate {
    /// Neighbouring texts are one; nil when a brace is not closed, or encloses no name.
    static func parts(of text: String) -> [TemplatePart]? {
        var parts: [TemplatePart] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "{") else {
                literal.append(byte)
                continue
            }
            if rest.first == byte {
                rest.removeFirst()
                literal.append(byte)
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")), end > rest.startIndex else { return nil }
            let name = rest[..<end]
            guard !name.contains(UInt8(ascii: "{")) else { return nil }
            if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
            literal = []
            parts.append(.parameter(String(decoding: name, as: UTF8.self)))
            rest = rest[(end + 1)...]
        }
        if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
        return parts
    }
}
