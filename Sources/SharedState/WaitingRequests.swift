/// The commands that wait for a connection, in the order of sending.
struct WaitingRequests {
    /// Half of what a connection takes, for each may need a second place, for ASKING.
    static let maximumCount = CommandQueue<RedisCompletion>.maximumCount / 2
    static let maximumBytes = RedisConnection.maximumUnsentBytes

    private var requests: [RedisRequest] = []
    private var bytes = 0

    var isEmpty: Bool { self.requests.isEmpty }

    /// False: there is no room for it.
    mutating func append(_ request: RedisRequest) -> Bool {
        let bytes = self.bytes + request.command.byteCount
        guard self.requests.count < Self.maximumCount && bytes <= Self.maximumBytes else { return false }
        self.bytes = bytes
        self.requests.append(request)
        return true
    }

    mutating func takeAll() -> [RedisRequest] {
        defer { self = WaitingRequests() }
        return self.requests
    }

    /// Those whose time is up.
    mutating func takeLate(now: UInt64) -> [RedisRequest] {
        guard self.requests.contains(where: { $0.deadline <= now }) else { return [] }
        let all = self.takeAll()
        for request in all where request.deadline > now { _ = self.append(request) }
        return all.filter { $0.deadline <= now }
    }
}
