import Bytes
import Upstreams

/// Which node of a cluster serves which slot, as far as is known.
struct SlotTable {
    /// Masters that are used. Redis recommends at most a thousand nodes; replicas are not asked.
    static let maximumNodes = 256

    private(set) var nodes: [ServerAddress] = []
    /// An index of `nodes` for each slot; -1: unknown.
    private var owners = [Int16](repeating: -1, count: HashSlot.count)

    init() {}

    /// The reply to `CLUSTER SLOTS`, given by the node at `server`. Nil when it is none.
    init?(_ reply: RedisReply, from server: ServerAddress) {
        guard let ranges = reply.elements, !ranges.isEmpty else { return nil }
        for range in ranges {
            guard let parts = range.elements, parts.count >= 3, let first = parts[0].number, let last = parts[1].number,
                0 <= first && first <= last && last < HashSlot.count,
                let node = Self.address(parts[2], from: server), let index = self.index(of: node)
            else { return nil }
            for slot in Int(first)...Int(last) { self.owners[slot] = index }
        }
    }

    var isEmpty: Bool { self.nodes.isEmpty }

    func owner(of slot: Int) -> ServerAddress? {
        let index = Int(self.owners[slot])
        return index < 0 ? nil : self.nodes[index]
    }

    /// A node says that another one serves `slot` now.
    mutating func move(_ slot: Int, to node: ServerAddress) {
        if let index = self.index(of: node) { self.owners[slot] = index }
    }

    /// Nil: there are too many.
    private mutating func index(of node: ServerAddress) -> Int16? {
        if let index = self.nodes.firstIndex(of: node) { return Int16(index) }
        guard self.nodes.count < Self.maximumNodes else { return nil }
        self.nodes.append(node)
        return Int16(self.nodes.count - 1)
    }

    private static func address(_ node: RedisReply, from server: ServerAddress) -> ServerAddress? {
        guard let parts = node.elements, parts.count >= 2, let number = parts[1].number else { return nil }
        return ServerAddress(host: parts[0].text ?? "", port: UInt16(exactly: number), seenFrom: server)
    }
}

extension ServerAddress {
    /// A node as a cluster tells of it. A node that does not know how it is reached says nothing, and means the host that
    /// the question went to. Nil for what is no address: `?`, or no port.
    init?(host: String, port: UInt16?, seenFrom server: ServerAddress) {
        guard let port, port > 0, host != "?", host.utf8.count <= 255 else { return nil }
        if let address = IPAddress(host) {
            self = .ip(address, port: port)
        } else if !host.isEmpty {
            self = .name(host.lowercased(), port: port)
        } else {
            switch server {
            case .ip(let address, _): self = .ip(address, port: port)
            case .name(let name, _): self = .name(name, port: port)
            case .unix: return nil
            }
        }
    }
}
