import HTTP
import HTTPConnections
import Reactor
import Upstreams

// What a policy says of limits and waits, as the connections take it.

extension ServerProcessSettings {
    /// A worker's part of `limits.connections`; one at least.
    func connections(_ share: WorkerShare) -> Int { max(1, share.part(of: self.limits.connections)) }
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
