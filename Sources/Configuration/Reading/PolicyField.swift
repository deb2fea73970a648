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

    /// Whether it is the plain word or number `text`, such as `off` or `any`.
    func says(_ text: String) -> Bool {
        guard let scalar = self.scalar else { return false }
        return !scalar.isUnset && scalar.text == text
    }
}
