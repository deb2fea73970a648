import Upstreams

/// Where a cluster's node sends a command that it did not carry out, because the slot is not its own.
enum Redirection: Equatable {
    /// From now on: `MOVED SLOT HOST:PORT`.
    case moved(slot: Int, to: ServerAddress)
    /// This once, while the slot moves: `ASK SLOT HOST:PORT`.
    case ask(ServerAddress)

    /// Nil for any other reply.
    init?(_ reply: RedisReply, from server: ServerAddress) {
        guard case .error(let text) = reply else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 3, let slot = Int(words[1]), 0 <= slot && slot < HashSlot.count else { return nil }
        // An IPv6 address has no brackets here; what stands behind the last colon is the port.
        guard let colon = words[2].lastIndex(of: ":") else { return nil }
        let port = UInt16(words[2][words[2].index(after: colon)...])
        guard let node = ServerAddress(host: String(words[2][..<colon]), port: port, seenFrom: server) else {
            return nil
        }
        switch words[0] {
        case "MOVED": self = .moved(slot: slot, to: node)
        case "ASK": self = .ask(node)
        default: return nil
        }
    }
}
