import HTTP
import Policy

// What shows only when all routes are known: two of one name, two for one request.

extension PolicyReader {
    /// Writes down the routes that cannot stand beside an earlier one.
    func checkTogether(_ routes: [PlacedRoute]) {
        let conflicts = RouteTable.conflicts(in: routes.map(\.settings))
        for conflict in conflicts { self.report(conflict, routes) }
        let conflicting = Set(conflicts.map(\.later))
        var firstOfName: [String: PlacedRoute] = [:]
        for (index, route) in routes.enumerated() {
            guard let first = firstOfName[route.settings.name] else {
                firstOfName[route.settings.name] = route
                continue
            }
            // Two routes for one request have one made-up name too; that needs no second message.
            if conflicting.contains(index) && route.nameField == nil { continue }
            let line = first.field.node.position.line
            if let field = route.nameField {
                self.error(field, "the route on line \(line) has this name")
            } else {
                self.error(
                    route.field,
                    "the route on line \(line) has the same methods and path; give one of them a `name`"
                )
            }
        }
    }

    private func report(_ conflict: RouteConflict, _ routes: [PlacedRoute]) {
        let line = routes[conflict.earlier].field.node.position.line
        let field = routes[conflict.later].field
        switch conflict.reason {
        case .sameMethod(let name):
            // A method that is none of the usual ones may have come from a variable.
            let method = Method(name.utf8Span.span).name.description
            self.error(
                field,
                "the route on line \(line) has the same path and takes \(method.isEmpty ? "this method" : method) too"
            )
        case .bothWithoutMethods:
            self.error(field, "the route on line \(line) has the same path, and neither lists its methods")
        }
    }
}
