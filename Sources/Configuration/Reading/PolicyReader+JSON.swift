import JOSE

extension PolicyReader {
    /// What JSON has for a value of the policy; nil, with a problem, for numbers that JSON has no word for.
    func json(_ field: PolicyField) -> JSONValue? {
        switch field.node.content {
        case .scalar(let scalar): return self.json(scalar, field)
        case .sequence(let nodes):
            let elements = field.elements.compactMap(self.json)
            return elements.count == nodes.count ? .array(elements) : nil
        case .mapping(let entries):
            let members = entries.compactMap { entry in
                self.json(PolicyField(node: entry.value, path: .key(entry.key.source, in: field.path)))
                    .map { JSONMember(name: entry.key.text, value: $0) }
            }
            return members.count == entries.count ? .object(members) : nil
        }
    }

    private func json(_ scalar: YAMLScalar, _ field: PolicyField) -> JSONValue? {
        if scalar.isUnset { return nil }
        switch scalar.value {
        case .null: return .null
        case .bool(let bool): return .bool(bool)
        case .integer(let integer): return .integer(integer)
        case .text(let text): return .string(text)
        case .real(let real):
            if real.isFinite { return .real(real) }
            self.error(field, "\(scalar.quoted) is no number that JSON knows")
            return nil
        }
    }
}
