import Upstreams

/// How far a request has come on its way to an upstream. Each request begins with a new one.
struct Forwarding {
    var upstream: Upstream?
    var endpoint: Endpoint?
    /// How much of the prepared head does not depend on the server.
    var preparedBytes = 0
    var isHeadUnsent = false
    var hasSentBody = false
    var isBodyComplete = false
    var wasReused = false
    var hasSentAgain = false
    /// Milliseconds on the loop's clock; the upstream's is also that of the wait for keys.
    var routeDeadline: UInt64 = .max
    var upstreamDeadline: UInt64 = .max
}
