import HTTP
import HTTPConnections
import Reactor

// What a policy says of limits and waits, as the connections take it.

extension ServerProcessSettings {
    /// Each worker's share of `limits.connections`.
    func connections(perWorkerOf workers: Int) -> Int { max(1, self.limits.connections / workers) }
}

extension HeadLimits {
    init(_ limits: GatewayLimits) {
        self.init(headerBytes: limits.headerBytes, headerCount: limits.headerCount, targetBytes: limits.targetBytes)
    }
}

extension ServerTimeouts {
    init(_ settings: GatewayTimeouts) {
        self.init()
        self.header = settings.header.wholeMilliseconds
        self.bodyIdle = settings.bodyIdle.wholeMilliseconds
        self.writeIdle = settings.writeIdle.wholeMilliseconds
        self.keepAlive = settings.keepAlive.wholeMilliseconds
        self.tunnelIdle = settings.tunnelIdle.wholeMilliseconds
    }
}
