import Upstreams

/// How far a request has come on its way to an upstream. Each request begins with a new one.
struct Forwarding {
    /// Nil as long as it has not got there, and for destinations inside the gateway.
    var planned: PlannedUpstream?
    var upstream: Upstream? { self.planned?.upstream }
    var endpoint: Endpoint?
    /// How much of the prepared head does not depend on the server.
    var preparedBytes = 0
    var attempt = Attempt()
    var isBodyComplete = false
    /// Milliseconds on the loop's clock.
    var routeDeadline: UInt64 = .max
    var upstreamDeadline: UInt64 = .max
}
