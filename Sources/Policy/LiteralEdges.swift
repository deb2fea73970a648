import Bytes

/// How the bytes of a literal stand in a request.
enum LiteralForm {
    /// A path segment: `%C3%A9` is `é`.
    case percentEncoded
    /// A label of a host name: `Example` is `example`.
    case anyCase
}

/// The literal steps of a trie in one open-addressing hash table: from a node, by the bytes of a segment or a label, to the
/// next node. One table for all nodes, so a step costs the same however many there are.
struct LiteralEdges: Sendable {
    /// 0 is no node.
    typealias NodeID = UInt32

    struct Key: Hashable {
        var parent: NodeID
        var literal: [UInt8]
    }

    // Sixteen bytes, because in a large table each look at one comes from memory.
    private struct Edge {
        /// The half of the hash that does not choose the slot.
        var tag: UInt32 = 0
        var parent: NodeID = 0
        var child: NodeID = 0
        /// Where the literal lies in `literals`.
        var literal: UInt32 = 0
    }

    private let edges: [Edge]
    /// Each ends with a zero, which no literal contains: neither paths nor hosts may have control bytes.
    private let literals: [UInt8]
    private let mask: Int

    init(_ children: [Key: NodeID]) {
        // At most half full: a search that finds nothing ends after a step or two.
        var capacity = 8
        while capacity < children.count * 2 { capacity *= 2 }
        let mask = capacity - 1
        var edges = [Edge](repeating: Edge(), count: capacity)
        var literals: [UInt8] = []
        // Nodes of one pattern were made one after the other: what a path needs lies close together.
        for (key, child) in children.sorted(by: { $0.value < $1.value }) {
            var hash = LiteralHash(parent: key.parent)
            for byte in key.literal { hash.add(byte) }
            var slot = hash.slot & mask
            while edges[slot].child != 0 { slot = (slot + 1) & mask }
            edges[slot] = Edge(
                tag: hash.tag,
                parent: key.parent,
                child: child,
                literal: UInt32(literals.count)
            )
            literals += key.literal + [0]
        }
        self.edges = edges
        self.literals = literals
        self.mask = mask
    }

    /// The node behind `parent` for the bytes of `range`, whose `hash` was taken on the way; 0 if there is none.
    @inline(__always)
    func child(
        of parent: NodeID,
        hash: LiteralHash,
        in bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ form: LiteralForm
    ) -> NodeID {
        var slot = hash.slot & self.mask
        while true {
            let edge = self.edges[slot]
            if edge.child == 0 { return 0 }
            if edge.tag == hash.tag && edge.parent == parent && self.matches(edge, bytes, range, form) {
                return edge.child
            }
            slot = (slot &+ 1) & self.mask
        }
    }

    // The hash is no secret, so equal hashes prove nothing: a client may look for them.
    @inline(__always)
    private func matches(_ edge: Edge, _ bytes: Span<UInt8>, _ range: Range<Int>, _ form: LiteralForm) -> Bool {
        var position = range.lowerBound
        var index = Int(edge.literal)
        while self.literals[index] != 0 {
            guard position < range.upperBound else { return false }
            if bytes.literalByte(at: &position, before: range.upperBound, form) != self.literals[index] { return false }
            index &+= 1
        }
        return position == range.upperBound
    }
}

/// FNV-1a over a literal's bytes, begun with the node that it starts from.
struct LiteralHash {
    private(set) var value: UInt64

    @inline(__always)
    init(parent: LiteralEdges.NodeID) {
        self.value = 0xcbf2_9ce4_8422_2325 ^ (UInt64(parent) &* 0x9e37_79b9_7f4a_7c15)
    }

    @inline(__always)
    mutating func add(_ byte: UInt8) {
        self.value = (self.value ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    // The low bits of FNV-1a depend on the low bits of the bytes alone; the high half evens that out.
    @inline(__always)
    var slot: Int { Int(truncatingIfNeeded: self.value ^ (self.value >> 32)) }

    @inline(__always)
    var tag: UInt32 { UInt32(truncatingIfNeeded: self.value >> 32) }
}

extension Span<UInt8> {
    /// The byte at `position` as literals hold it; moves `position` behind it.
    @inline(__always)
    func literalByte(at position: inout Int, before end: Int, _ form: LiteralForm) -> UInt8 {
        switch form {
        case .percentEncoded:
            return self.decodedByte(at: &position, before: end)
        case .anyCase:
            defer { position += 1 }
            return self[position].lowerCased
        }
    }
}
