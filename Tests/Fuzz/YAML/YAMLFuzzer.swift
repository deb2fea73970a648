internal import FuzzSupport

@testable internal import Configuration

/// YAML: any bytes give a tree or problems, each at a place in the text.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let document = YAMLTree.read(input.bytes)
    let lines = input.bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
    require(document.root != nil || !document.problems.isEmpty, "nothing was read, and nothing is said about it")
    for problem in document.problems {
        require(!problem.message.isEmpty, "a problem has no words")
        require(!problem.message.unicodeScalars.contains { $0.value < 0x20 }, "a control byte is in a message")
        require(problem.position.line >= 1 && problem.position.column >= 1, "a problem stands before the text")
        // U+0085, U+2028 and U+2029 break lines in YAML as well, and take two bytes or more.
        require(problem.position.line <= lines + input.bytes.count / 2, "a problem stands behind the text")
    }
    if let root = document.root { checkNode(root, depth: 1) }
    return 0
}

private func checkNode(_ node: YAMLNode, depth: Int) {
    require(depth <= 2 * YAMLLimits.maximumDepth, "a tree is deeper than its limit")
    switch node.content {
    case .scalar:
        break
    case .sequence(let elements):
        // Only a part: aliases make a tree of millions of values out of few bytes.
        for element in elements.prefix(16) { checkNode(element, depth: depth + 1) }
    case .mapping(let entries):
        require(Set(entries.map(\.key.text)).count == entries.count, "a key stands twice in a mapping")
        for entry in entries.prefix(16) { checkNode(entry.value, depth: depth + 1) }
        planted(entries.count > 1 && depth > 3)
    }
}
