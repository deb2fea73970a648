/// Which server a command goes to.
class RedisTopology: RedisNodeOwner {
    func start() {}
    func send(_ request: RedisRequest) {}
    /// True: there is something to look at in the next tick.
    func tick(now: UInt64) -> Bool { false }
    /// For ever.
    func close() {}
    /// Whether commands can be sent now.
    var isReady: Bool { false }
}
