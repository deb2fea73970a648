/// What reading YAML gave: as much of the tree as there is, and what is wrong with it.
struct YAMLDocument: Sendable, Equatable {
    /// Nil when the text ends in the middle of something, or nothing is in it.
    var root: YAMLNode?
    var problems: [YAMLProblem] = []
}

struct YAMLProblem: Sendable, Equatable {
    var position: SourcePosition
    var message: String
}

/// Builds the tree from libyaml's events. Any bytes give a tree or problems.
struct YAMLTree: ~Copyable {
    /// Replaces what a scalar says. The default leaves it alone.
    typealias Replacement = (_ scalar: YAMLScalar, _ position: SourcePosition) -> Replaced

    struct Replaced {
        var scalar: YAMLScalar
        var problems: [String] = []
    }

    private struct Anchored {
        var node: YAMLNode
        var valueCount: Int
    }

    /// Ends the reading; its problem is already written down.
    private struct Stop: Error {}

    private var events: YAMLEvents
    private let bytes: [UInt8]
    private let replacement: Replacement
    private var problems: [YAMLProblem] = []
    private var anchors: [String: Anchored] = [:]
    private var aliasCount = 0
    private var valueCount = 0

    /// Reads one document.
    static func read(
        _ bytes: [UInt8],
        replacing replacement: @escaping Replacement = { scalar, _ in Replaced(scalar: scalar) }
    ) -> YAMLDocument {
        guard bytes.count <= YAMLLimits.maximumBytes else {
            let message = "the file is larger than \(YAMLLimits.maximumBytes >> 20)MiB"
            return YAMLDocument(problems: [YAMLProblem(position: .start, message: message)])
        }
        // YAML 1.2, 5.2: some editors begin a file with a byte order mark. It would shift the first line by a column.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var tree = YAMLTree(bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes, replacement)
        let root = try? tree.document()
        return YAMLDocument(root: root ?? nil, problems: tree.problems)
    }

    private init(_ bytes: [UInt8], _ replacement: @escaping Replacement) {
        self.events = YAMLEvents(bytes)
        self.bytes = bytes
        self.replacement = replacement
    }

    // MARK: - Structure

    private mutating func document() throws(Stop) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try self.next()
            switch event.kind {
            case .documentStart where root == nil:
                root = try self.node(self.next(), depth: 1)
            case .documentStart:
                throw self.stop(event.position, "a policy is one document; remove this `---` and what follows")
            case .streamEnd:
                if root == nil { throw self.stop(.start, "the policy is empty") }
                return root
            case .streamStart, .documentEnd, .alias, .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd:
                continue
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
        if event.kind == .alias { return try self.aliased(event) }
        guard depth <= YAMLLimits.maximumDepth else {
            throw self.stop(event.position, "values are nested more than \(YAMLLimits.maximumDepth) deep")
        }
        let countBefore = self.valueCount
        try self.count(1, at: event.position)
        let node = YAMLNode(content: try self.content(event, depth), position: event.position)
        if let anchor = event.anchor {
            self.anchors[anchor] = Anchored(node: node, valueCount: self.valueCount - countBefore)
        }
        return node
    }

    private mutating func content(_ event: YAMLEvent, _ depth: Int) throws(Stop) -> YAMLNode.Content {
        // An anchor names nothing until its value is complete, and never again an older value of that name.
        if let anchor = event.anchor { self.anchors[anchor] = nil }
        switch event.kind {
        case .sequenceStart:
            self.checkTag(event, is: .sequence)
            return .sequence(try self.elements(depth))
        case .mappingStart:
            self.checkTag(event, is: .mapping)
            return .mapping(try self.entries(depth))
        case .scalar:
            return .scalar(self.scalar(event))
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .alias, .sequenceEnd, .mappingEnd:
            preconditionFailure("libyaml starts a value with one of the three")
        }
    }

    private mutating func elements(_ depth: Int) throws(Stop) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let event = try self.next()
            if event.kind == .sequenceEnd { return elements }
            elements.append(try self.node(event, depth: depth + 1))
        }
    }

    private mutating func entries(_ depth: Int) throws(Stop) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try self.next()
            if event.kind == .mappingEnd { return entries }
            let key = try self.key(self.node(event, depth: depth + 1), at: event)
            let value = try self.node(self.next(), depth: depth + 1)
            guard let key else { continue }
            if let line = lines.updateValue(event.position.line, forKey: key.text) {
                self.note(event.position, "the key \(key.quoted) is already on line \(line)")
                continue
            }
            entries.append(YAMLEntry(key: key, keyPosition: event.position, value: value))
        }
    }

    private mutating func key(_ node: YAMLNode, at event: YAMLEvent) -> YAMLScalar? {
        guard case .scalar(let key) = node.content else {
            self.note(event.position, "a key must be a word, not a list or a mapping")
            return nil
        }
        if key.isPlain && key.text == "<<" {
            self.note(event.position, "`<<` merges nothing here; write the keys out, or use `defaults`")
            return nil
        }
        return key
    }

    // MARK: - Aliases

    private mutating func aliased(_ event: YAMLEvent) throws(Stop) -> YAMLNode {
        self.aliasCount += 1
        guard self.aliasCount <= YAMLLimits.maximumAliases else {
            throw self.stop(event.position, "more than \(YAMLLimits.maximumAliases) aliases")
        }
        let name = event.anchor ?? ""
        guard let anchored = self.anchors[name] else {
            throw self.stop(event.position, "the alias \"*\(Printable.text(name))\" has no anchor before it")
        }
        try self.count(anchored.valueCount, at: event.position)
        return anchored.node
    }

    private mutating func count(_ values: Int, at position: SourcePosition) throws(Stop) {
        self.valueCount += values
        guard self.valueCount <= YAMLLimits.maximumValues else {
            throw self.stop(position, "more than \(YAMLLimits.maximumValues) values, aliases followed")
        }
    }

    // MARK: - Scalars

    private mutating func scalar(_ event: YAMLEvent) -> YAMLScalar {
        let tag = event.tag.map(YAMLTag.init)
        if tag == .foreign { self.note(event.position, event.foreignTag) }
        var scalar = YAMLScalar(event.text, isPlain: tag?.isPlain ?? event.isPlain)
        if event.text.utf8.contains(UInt8(ascii: "$")) {
            let replaced = self.replacement(scalar, event.position)
            scalar = replaced.scalar
            for problem in replaced.problems { self.note(event.position, problem) }
        }
        if let tag, !scalar.isUnset, !tag.fits(scalar.value) {
            self.note(event.position, "\(scalar.quoted) is not what its tag says")
        }
        return scalar
    }

    private mutating func checkTag(_ event: YAMLEvent, is tag: YAMLTag) {
        guard let written = event.tag, YAMLTag(written) != tag, written != "!" else { return }
        self.note(event.position, event.foreignTag)
    }

    // MARK: - Problems

    private mutating func next() throws(Stop) -> YAMLEvent {
        do {
            return try self.events.next()
        } catch {
            throw self.stop(error.position, error.explanation(in: self.bytes))
        }
    }

    private mutating func note(_ position: SourcePosition, _ message: String) {
        self.problems.append(YAMLProblem(position: position, message: message))
    }

    private mutating func stop(_ position: SourcePosition, _ message: String) -> Stop {
        self.note(position, message)
        return Stop()
    }
}
