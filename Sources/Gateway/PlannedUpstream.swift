import Upstreams

/// An upstream of the policy as plans use it.
struct PlannedUpstream {
    /// Nil for `builtin: echo`.
    var upstream: Upstream?
    /// Its place in the metrics.
    var row: Int
    /// Its name as a JSON text.
    var name: [UInt8]

    /// Of routes that lead to no upstream.
    static var none: PlannedUpstream { PlannedUpstream(upstream: nil, row: -1, name: Array("null".utf8)) }
}
