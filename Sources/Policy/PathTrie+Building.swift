extension PathTrie {
    /// Grows a trie pattern by pattern.
    struct Builder {
        // Node 0 is none.
        private(set) var nodes = [Node()]
        private var children: [LiteralEdges.Key: NodeID] = [:]
        /// How many different patterns there are.
        private(set) var patternCount = 0

        mutating func addNode() -> NodeID {
            self.nodes.append(Node())
            return NodeID(self.nodes.count - 1)
        }

        /// The identity of `pattern` under `root`: the same for patterns that differ in the names of parameters alone.
        mutating func insert(_ pattern: PathPattern, under root: NodeID) -> PatternID {
            var node = root
            for segment in pattern.segments {
                switch segment {
                case .literal(let text): node = self.literalChild(of: node, Array(text.utf8))
                case .parameter: node = self.parameterChild(of: node)
                }
            }
            let place: WritableKeyPath<Node, PatternID> = pattern.hasRest ? \.rest : \.end
            if self.nodes[Int(node)][keyPath: place] == 0 {
                self.patternCount += 1
                self.nodes[Int(node)][keyPath: place] = PatternID(self.patternCount)
            }
            return self.nodes[Int(node)][keyPath: place]
        }

        func build() -> PathTrie {
            PathTrie(nodes: self.nodes, edges: LiteralEdges(self.children))
        }

        private mutating func literalChild(of node: NodeID, _ literal: [UInt8]) -> NodeID {
            let key = LiteralEdges.Key(parent: node, literal: literal)
            if let child = self.children[key] { return child }
            let child = self.addNode()
            self.children[key] = child
            self.nodes[Int(node)].hasLiterals = true
            return child
        }

        private mutating func parameterChild(of node: NodeID) -> NodeID {
            if self.nodes[Int(node)].parameter == 0 {
                let child = self.addNode()
                self.nodes[Int(node)].parameter = child
            }
            return self.nodes[Int(node)].parameter
        }
    }
}
