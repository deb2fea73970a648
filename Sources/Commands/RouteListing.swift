package import Configuration
package import JOSE

/// What `gatehouse routes` prints: every route in the order in which it is tried, and who may pass.
package struct RouteListing {
    private let routes: [RouteReport]

    package init(_ routes: [RouteReport]) { self.routes = routes }

    /// A table with a line of headings.
    package var text: String {
        var table = TextTable()
        table.append("ACCESS", "METHODS", "HOSTS", "PATH", "WHO MAY PASS", "TO", "NAME")
        for route in self.routes {
            table.append(
                route.exposure.rawValue,
                route.methods.isEmpty ? "any" : route.methods.joined(separator: ","),
                route.hosts.isEmpty ? "any" : route.hosts.joined(separator: ","),
                route.path,
                route.whoMayPass,
                route.destination,
                route.name
            )
        }
        return table.lines.map { $0 + "\n" }.joined()
    }

    /// The same as a list of objects. An empty list of hosts or methods stands for any.
    package var json: JSONValue {
        .array(
            self.routes.map { route in
                [
                    "name": .string(route.name),
                    "hosts": .array(route.hosts.map(JSONValue.string)),
                    "methods": .array(route.methods.map(JSONValue.string)),
                    "path": .string(route.path),
                    "exposure": .string(route.exposure.rawValue),
                    "access": .string(route.whoMayPass),
                    "destination": .string(route.destination),
                ]
            }
        )
    }
}
