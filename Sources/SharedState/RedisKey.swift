import Bytes

/// The names of what is in Redis. All begin with one word, which is what an operator allows the gateway's user: `~gatehouse:*`.
enum RedisKey {
    private static let prefix = "gatehouse:"

    /// Cut-offs by the moment of being added, and by their end; of one slot of a cluster.
    static let cutOffs = [Array("\(prefix){cutoffs}:added".utf8), Array("\(prefix){cutoffs}:ends".utf8)]

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
