import Bytes
public import HTTP

extension RouteTable {
    /// Whether every other reading of the path leads where the path itself led: to the same route, with the same value for
    /// every parameter that the route's access rule uses. If not, the request is refused with `path_not_allowed`.
    ///
    /// Only for paths whose traits say `hasOtherReadings`; it allocates. A reading without a route counts as another route.
    public func readingsAgree(
        with match: RouteMatch,
        host: Span<UInt8>,
        path: Span<UInt8>,
        method: Method,
        methodName: Span<UInt8>
    ) -> Bool {
        let rules = self.rules[match.rules]
        guard rules.refusesOtherReadings else { return true }
        let readings = PathReadings(of: path)
        guard readings.isComplete else { return false }
        for reading in readings.all {
            let lookup = self.find(host: host, path: reading.span, method: method, methodName: methodName)
            guard case .route(let other) = lookup, other.route == match.route else { return false }
            for index in rules.access.parameters {
                let value = path.bytes(match.parameters[index])
                guard value.equalsDecoded(reading.span.bytes(other.parameters[index])) else { return false }
            }
        }
        return true
    }
}
