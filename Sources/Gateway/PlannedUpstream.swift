import JOSE
import Upstreams

/// An upstream with servers, as plans use it.
///
/// An object, so that a request that goes there counts one reference. One is equal to itself alone.
final class PlannedUpstream {
    let upstream: Upstream
    /// Its place in the metrics.
    let row: Int
    /// Its name as a JSON text.
    let logName: [UInt8]

    init(_ upstream: Upstream, row: Int) {
        self.upstream = upstream
        self.row = row
        self.logName = JSONValue.string(upstream.name).encoded()
    }
}

extension PlannedUpstream: Hashable {
    static func == (one: PlannedUpstream, other: PlannedUpstream) -> Bool { one === other }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
