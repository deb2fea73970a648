import Bytes

/// The path patterns of all host patterns, segment by segment: a literal before a `{parameter}` before `**`.
///
/// Each host pattern has a root. A path is walked from there as deep as it goes; where it ends in nothing, the walk steps
/// back to the next choice, so that the best of the patterns that match as a whole is found. A step back happens only
/// where a literal and a parameter stand side by side, and each node is looked at once at most.
struct PathTrie: Sendable {
    typealias NodeID = LiteralEdges.NodeID
    /// Counts from 1; 0 is none.
    typealias PatternID = UInt32

    struct Node: Sendable {
        var hasLiterals = false
        /// Behind a `{parameter}`.
        var parameter: NodeID = 0
        /// The pattern that ends here.
        var end: PatternID = 0
        /// The pattern that takes the rest from here on.
        var rest: PatternID = 0
    }

    private let nodes: [Node]
    private let edges: LiteralEdges

    init(nodes: [Node], edges: LiteralEdges) {
        self.nodes = nodes
        self.edges = edges
    }

    /// The best pattern under `root` for `path`, which must be normalised; 0 if none matches.
    @inline(__always)
    func find(_ path: Span<UInt8>, under root: NodeID, _ parameters: inout PathParameters) -> PatternID {
        guard path.count > 0 && path[0] == UInt8(ascii: "/") else { return 0 }
        return self.walk(root, path, 1, &parameters)
    }

    /// `position` is where the next segment starts, or the path's end.
    private func walk(
        _ id: NodeID,
        _ path: Span<UInt8>,
        _ position: Int,
        _ parameters: inout PathParameters
    ) -> PatternID {
        let node = self.nodes[Int(id)]
        guard position < path.count else { return node.end != 0 ? node.end : node.rest }
        if node.hasLiterals {
            var hash = LiteralHash(parent: id)
            var end = position
            while end < path.count && path[end] != UInt8(ascii: "/") {
                hash.add(path.decodedByte(at: &end, before: path.count))
            }
            let child = self.edges.child(of: id, hash: hash, in: path, position..<end, .percentEncoded)
            let found = child == 0 ? 0 : self.walk(child, path, Swift.min(end &+ 1, path.count), &parameters)
            if found != 0 { return found }
        }
        if node.parameter != 0 {
            let found = self.walkParameter(node.parameter, path, position, &parameters)
            if found != 0 { return found }
        }
        return node.rest
    }

    @inline(__always)
    private func walkParameter(
        _ child: NodeID,
        _ path: Span<UInt8>,
        _ position: Int,
        _ parameters: inout PathParameters
    ) -> PatternID {
        var end = position
        while end < path.count && path[end] != UInt8(ascii: "/") { end &+= 1 }
        // A parameter never matches an empty segment. A normalised path has none, but this does not rely on it.
        guard end > position else { return 0 }
        parameters.append(ByteRange(position..<end))
        let found = self.walk(child, path, Swift.min(end &+ 1, path.count), &parameters)
        if found == 0 { parameters.removeLast() }
        return found
    }
}
