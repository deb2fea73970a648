import Bytes

/// The host patterns, label by label from the right, and the root of the paths of each.
struct HostTable: Sendable {
    typealias NodeID = LiteralEdges.NodeID

    struct Node: Sendable {
        /// Root of the paths of this very name; 0 is none.
        var exact: PathTrie.NodeID = 0
        /// Root of the paths of `*.` and this name.
        var wildcard: PathTrie.NodeID = 0
        /// The nearest shorter name that has a wildcard; 0 is none.
        var shorterWildcard: NodeID = 0
    }

    /// What a host may fall under: the exact name, and the longest of its wildcards, from which `shorterWildcard` leads on.
    struct Candidates {
        var exact: PathTrie.NodeID = 0
        var wildcard: NodeID = 0
    }

    // Node 0 is none, 1 the root of all names.
    private let nodes: [Node]
    private let edges: LiteralEdges
    /// Root of the paths of routes without `hosts`.
    let any: PathTrie.NodeID
    let isEmpty: Bool

    init(nodes: [Node], edges: LiteralEdges, any: PathTrie.NodeID) {
        self.nodes = nodes
        self.edges = edges
        self.any = any
        self.isEmpty = nodes.count <= 2
    }

    subscript(id: NodeID) -> Node { self.nodes[Int(id)] }

    /// `host` stands without port and final dot, in any case.
    func find(_ host: Span<UInt8>) -> Candidates {
        var candidates = Candidates()
        var node: NodeID = 1
        var end = host.count
        while true {
            var start = end
            while start > 0 && host[start - 1] != UInt8(ascii: ".") { start -= 1 }
            var hash = LiteralHash(parent: node)
            for index in start..<end { hash.add(host[index].lowerCased) }
            node = self.edges.child(of: node, hash: hash, in: host, start..<end, .anyCase)
            if node == 0 { return candidates }
            if start == 0 {
                candidates.exact = self.nodes[Int(node)].exact
                return candidates
            }
            // A wildcard stands for at least one label, and here at least an empty one follows.
            end = start - 1
            if end > 0 && self.nodes[Int(node)].wildcard != 0 { candidates.wildcard = node }
        }
    }
}

extension HostTable {
    /// Grows the table name by name.
    struct Builder {
        private var nodes = [Node(), Node()]
        private var children: [LiteralEdges.Key: NodeID] = [:]
        private var any: PathTrie.NodeID = 0

        /// The root of the paths of `pattern` (nil: any host), made by `addNode` if there is none yet.
        mutating func root(of pattern: HostPattern?, _ paths: inout PathTrie.Builder) -> PathTrie.NodeID {
            guard let pattern else {
                if self.any == 0 { self.any = paths.addNode() }
                return self.any
            }
            let node = Int(self.node(of: pattern.name))
            if pattern.isWildcard {
                if self.nodes[node].wildcard == 0 { self.nodes[node].wildcard = paths.addNode() }
                return self.nodes[node].wildcard
            }
            if self.nodes[node].exact == 0 { self.nodes[node].exact = paths.addNode() }
            return self.nodes[node].exact
        }

        func build() -> HostTable {
            var nodes = self.nodes
            // A name's node is made after those of its suffixes, so one pass in their order sees parents first.
            for (key, child) in self.children.sorted(by: { $0.value < $1.value }) {
                let parent = nodes[Int(key.parent)]
                nodes[Int(child)].shorterWildcard = parent.wildcard != 0 ? key.parent : parent.shorterWildcard
            }
            return HostTable(nodes: nodes, edges: LiteralEdges(self.children), any: self.any)
        }

        private mutating func node(of name: Substring) -> NodeID {
            var node: NodeID = 1
            for label in name.split(separator: ".").reversed() {
                let key = LiteralEdges.Key(parent: node, literal: Array(label.utf8))
                if let child = self.children[key] {
                    node = child
                    continue
                }
                self.nodes.append(Node())
                node = NodeID(self.nodes.count - 1)
                self.children[key] = node
            }
            return node
        }
    }
}
