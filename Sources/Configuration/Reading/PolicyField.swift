/// A value of the policy, and its place.
struct PolicyField {
    let node: YAMLNode
    let path: PolicyPath

    /// The elements of a list; a value alone is a list of one.
    var elements: [PolicyField] {
        guard case .sequence(let nodes) = self.node.content else { return [self] }
        return nodes.enumerated().map { PolicyField(node: $0.element, path: .index($0.offset, in: self.path)) }
    }

    var isMapping: Bool {
        if case .mapping = self.node.content { true } else { false }
    }

    var isSequence: Bool {
        if case .sequence = self.node.content { true } else { false }
    }

    var scalar: YAMLScalar? {
        if case .scalar(let scalar) = self.node.content { scalar } else { nil }
    }

    /// The value of `key` in a mapping that was read already.
    func member(_ key: String) -> PolicyField? {
        guard case .mapping(let entries) = self.node.content,
            let entry = entries.first(where: { $0.key.text == key })
        else { return nil }
        return PolicyField(node: entry.value, path: .key(key, in: self.path))
    }

    /// Whether it is the plain word or number `text`, such as `off` or `any`.
    func says(_ text: String) -> Bool {
        guard let scalar = self.scalar else { return false }
        return !scalar.isUnset && scalar.text == text
    }
}
