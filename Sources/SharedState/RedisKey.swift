import Bytes

/// The names of what is in Redis. All begin with one word, which is what an operator allows the gateway's user: `~gatehouse:*`.
enum RedisKey {
    private static let prefix = "gatehouse:"

    /// Cut-offs by the moment of being added, and by their end; and of what list they are. All of one slot of a cluster.
    static func cutOffs(_ kind: CutOffKind) -> [[UInt8]] {
        let slot =
            switch kind {
            case .sessions: "{cutoffs}"
            case .grants: "{grants}"
            }
        return ["added", "ends", "list"].map { Array("\(self.prefix)\(slot):\($0)".utf8) }
    }

    static func of(_ word: String, _ digest: [UInt8]) -> [UInt8] {
        Array("\(self.prefix)\(word):\(Hex.encode(digest))".utf8)
    }
}

extension StateKey where Kind: RawRepresentable<String> {
    /// Its name in Redis.
    var bytes: [UInt8] { RedisKey.of(self.kind.rawValue, self.digest.bytes) }
}

extension RedisCommand.Argument {
    /// In milliseconds, as `PX` takes it.
    static func lifetime(_ lifetime: Duration) -> RedisCommand.Argument { .number(Int64(lifetime.stateMilliseconds)) }
}
